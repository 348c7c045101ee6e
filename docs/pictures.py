"""Take the README's picture of the pages: a patient's phone, his waiting room, the agenda.

    python docs/pictures.py

Needs Chromium, as the tests do (`tests/browsers.py`), and Pillow.
"""

from __future__ import annotations

import shutil
import socket
import sys
import tempfile
import threading
from io import BytesIO
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from browsers import CALLING, chromium  # noqa: E402  # the folder must be on the path first
from calls import a_video_booking, come_in, in_state, ways_in  # noqa: E402
from command_line import EXAMPLES, MONDAY, run  # noqa: E402
from teleconsult_core.ids import PractitionerId  # noqa: E402
from teleconsult_core.people import Actor, practitioner_actor  # noqa: E402
from teleconsult_flask import Web, create_app  # noqa: E402
from teleconsult_flask.serving.listening import Server  # noqa: E402
from teleconsult_flask.signalling import close_rooms  # noqa: E402
from teleconsult_wiring import load_settings, open_app  # noqa: E402

SIZE = {"width": 360, "height": 740}
GAP = 24


def main() -> None:
    home = Path(tempfile.mkdtemp()) / "home"
    run("--home", home, "init", EXAMPLES / "clinic.toml")
    run("--home", home, "clock", "set", "--back", MONDAY)
    app = open_app(load_settings({}, str(home)))
    playing: list[Actor | None] = [None]
    pages = create_app(
        Web(
            desk=app.desk,
            now=app.now,
            base_url="https://localhost",
            secret=b"x" * 32,
            sandbox=app.sandbox.cards,
            identify=lambda: playing[0],
        )
    )
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = Server(pages, listener, threads=16)
        serving = threading.Thread(target=server.run)
        serving.start()
        address = f"http://localhost:{listener.getsockname()[1]}"
        with chromium(*CALLING) as browser:
            context = browser.new_context(base_url=address, locale="fr-BE", viewport=SIZE)
            page = context.new_page()
            page.goto("/p/dupont")
            shots = [page.screenshot()]
            a_video_booking(app, pages)
            patient = come_in(browser, address, ways_in(app)[1], viewport=SIZE)
            in_state(patient, "waiting")
            patient.wait_for_selector("[data-when=heard]:visible")
            shots.append(patient.screenshot())
            playing[0] = practitioner_actor(PractitionerId("dupont"))
            page.goto("/practice")
            shots.append(page.screenshot())
        close_rooms(pages)
        server.stop()
        serving.join()
    app.close()
    shutil.rmtree(home.parent)
    _side_by_side(shots).save(ROOT / "docs" / "gallery" / "pages.png", optimize=True)


def _side_by_side(shots: list[bytes]) -> Image.Image:
    pictures = [Image.open(BytesIO(shot)) for shot in shots]
    width = sum(picture.width for picture in pictures) + GAP * (len(pictures) + 1)
    sheet = Image.new("RGB", (width, SIZE["height"] + 2 * GAP), "#dcdcd4")
    left = GAP
    for picture in pictures:
        sheet.paste(picture, (left, GAP))
        left += picture.width + GAP
    return sheet.quantize(128)


if __name__ == "__main__":
    main()
