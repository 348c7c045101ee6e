"""Settings and the installation: precedence, refusals at start, nothing secret in sight."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from command_line import EXAMPLES
from teleconsult_core.testing.fakes import FakeVideoRooms
from teleconsult_wiring import NotConfigured, Settings, create, load_settings, open_app
from teleconsult_wiring.app import EUROPE, must_stay_in_europe
from teleconsult_wiring.toml_lines import lines_of

SOURCES = Path(__file__).parents[2] / "src"


def test_without_anything_the_data_are_beside_us() -> None:
    assert load_settings({}) == Settings(home=Path("teleconsult-data"))


def test_environment_over_file_over_default(tmp_path: Path) -> None:
    (tmp_path / "teleconsult.toml").write_text(
        'base_url = "https://file.example"\nsynchronous = "NORMAL"\n'
    )
    environment = {"TELECONSULT_HOME": str(tmp_path), "TELECONSULT_BASE_URL": "https://env.example"}
    settings = load_settings(environment)
    assert settings.base_url == "https://env.example"
    assert settings.synchronous == "NORMAL"
    assert settings.accept_region == ""
    elsewhere = load_settings(environment, home=str(tmp_path / "elsewhere"))
    assert elsewhere.home == tmp_path / "elsewhere"
    assert elsewhere.synchronous == "FULL"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('basurl = "https://x.example"', "basurl"),
        ("base_url = 1", "a text"),
        ('base_url = "clinic"', "clinic"),
        ('synchronous = "OFF"', "one of FULL, NORMAL"),
        ("base_url =", "a TOML file"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "teleconsult.toml").write_text(text)
    with pytest.raises(NotConfigured, match=told):
        load_settings({}, str(tmp_path))


ADDRESS = "postgresql://ann:hush@db.example:5433/clinic?sslmode=require"


def test_the_address_of_a_server_is_used_and_never_shown(tmp_path: Path) -> None:
    settings = load_settings({"TELECONSULT_DATABASE_URL": ADDRESS}, str(tmp_path))
    assert settings.database_url == ADDRESS
    assert settings.file is None
    assert settings.database == "postgresql://ann@db.example:5433/clinic"
    assert "hush" not in repr(settings)
    assert Settings(tmp_path, database_url="postgres://db/x").database == "postgresql://db/x"


def test_a_file_that_holds_the_address_is_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "teleconsult.toml"
    file.write_text(f'database_url = "{ADDRESS}"')
    file.chmod(0o644)
    with pytest.raises(NotConfigured, match="chmod 600"):
        load_settings({}, str(tmp_path))
    file.chmod(0o600)
    assert load_settings({}, str(tmp_path)).database_url == ADDRESS


@pytest.mark.parametrize("address", ["mysql://u:hush@host/x", "u:hush@host", "hush"])
def test_an_address_that_is_none_is_not_repeated(address: str, tmp_path: Path) -> None:
    with pytest.raises(NotConfigured, match="postgresql://user:password@host") as refused:
        load_settings({"TELECONSULT_DATABASE_URL": address}, str(tmp_path))
    assert "hush" not in str(refused.value)


def test_a_settings_file_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "teleconsult.toml").write_bytes(b'base_url = "\xff"')
    with pytest.raises(NotConfigured, match="a TOML file"):
        load_settings({}, str(tmp_path))


class Rooms(FakeVideoRooms):
    def __init__(self, region: str) -> None:
        super().__init__()
        self._region = region

    @property
    def region(self) -> str:
        return self._region


@pytest.mark.parametrize("region", ["peer-to-peer", "BE", "FR", "CH", "GB"])
def test_video_in_europe_needs_no_word(region: str) -> None:
    must_stay_in_europe(Rooms(region))


@pytest.mark.parametrize(
    ("region", "accepted"), [("US", ""), ("US", "CA"), ("US", "yes"), ("", "")]
)
def test_video_elsewhere_is_refused_unless_accepted_by_name(region: str, accepted: str) -> None:
    with pytest.raises(NotConfigured, match="in Europe"):
        must_stay_in_europe(Rooms(region), accepted)


def test_video_elsewhere_accepted_by_name() -> None:
    must_stay_in_europe(Rooms("US"), "US")
    assert len(EUROPE) == 32


def test_an_app_never_shows_its_key(tmp_path: Path) -> None:
    app = create(Settings(home=tmp_path / "home"))
    key = (tmp_path / "home" / "link.key").read_bytes()
    assert str(key) not in repr(app)
    assert key.hex() not in repr(app)
    app.close()


def test_a_clinic_must_be_described_before_anything(tmp_path: Path) -> None:
    app = create(Settings(home=tmp_path / "home"))
    with pytest.raises(NotConfigured, match="teleconsult init"):
        app.practice()
    app.close()


def test_an_installation_whose_key_is_gone_does_not_make_another(tmp_path: Path) -> None:
    """A new key would make every link that was sent a dead one, silently."""
    settings = Settings(home=tmp_path / "home")
    create(settings).close()
    settings.link_key.unlink()
    with pytest.raises(NotConfigured, match=r"link\.key"):
        open_app(settings)
    assert not settings.link_key.exists()


def test_a_home_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(NotConfigured, match="cannot be used"):
        create(Settings(home=tmp_path / "file" / "home"))


@given(
    st.text(max_size=200)
    | st.lists(st.sampled_from(["[a]", "[[a.b]]", "x = 1", "[[a]]"])).map("\n".join)
)
def test_any_text_has_lines(text: str) -> None:
    """The finder of lines never fails, whatever it is given."""
    found = lines_of(text)
    assert all(1 <= line <= len(text.splitlines()) for line in found.values())


def test_the_command_line_names_no_adapter() -> None:
    """Only the wiring does, so that another adapter changes one room."""
    adapters = {path.name for path in (SOURCES / "adapters").iterdir() if path.is_dir()}
    named = {
        imported.partition(".")[0]
        for path in (SOURCES / "entrypoints" / "teleconsult_cli").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        for imported in imports_of(node)
    }
    assert "teleconsult_wiring" in named
    assert named & adapters == set()


def imports_of(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else []


def test_lines_of_the_example_are_where_an_editor_finds_them() -> None:
    text = (EXAMPLES / "clinic.toml").read_text()
    found = lines_of(text)
    lines = text.splitlines()
    assert lines[found["practice", "zone"] - 1].startswith("zone = ")
    second = found["practitioners", 1, "id"]
    assert lines[second - 1] == 'id = "janssens"'
    assert lines[found["practitioners", 1, "visit_types", 0] - 1] == "[[practitioners.visit_types]]"
    assert found["practitioners", 1, "visit_types", 0] > second
