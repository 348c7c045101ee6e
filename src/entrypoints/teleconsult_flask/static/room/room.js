// The room: a seat, who else is there, and the call between the two. Words are all on the page.

import { Call } from "./call.js";
import { Choices } from "./choices.js";
import * as devices from "./devices.js";

const page = document.getElementById("room");
const { base, token, role, after, beat } = page.dataset;
const practitioner = role === "practitioner";
const one = (name) => page.querySelector(`[data-is="${name}"]`);
const all = (selector) => [...page.querySelectorAll(selector)];
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

let mine = null; // our seat as the server gave it; null while we have none
let other = null;
let moment = 0; // how far the room had come, the last time we heard of it
let heard = 0; // the number of the last signal
let met = false; // whether the two have talked since this page was loaded
let kept = 0; // when the server last said that the seat is ours
const own = { audio: null, video: null };
let opened = false; // whether camera and microphone were asked for
let without = false; // whether one chose to go on without a camera

// ---- asking the server

async function asked(path, options = {}, longest = 40000) {
  const signal = AbortSignal.timeout(longest); // ms; a line that is gone may never say so
  const answer = await fetch(`${base}/${path}`, { redirect: "error", signal, ...options });
  const json = (answer.headers.get("Content-Type") ?? "").includes("json");
  return { status: answer.status, ok: answer.ok && json, ...(json ? await answer.json() : {}) };
}

const post = (path, fields = {}) =>
  asked(path, { method: "POST", headers: { "X-Form-Token": token }, body: new URLSearchParams(fields) }, 10000);

// ---- showing

function show(state) {
  if (page.dataset.state === state) return;
  page.dataset.state = state;
  if (state === "call") one("choices").open = false;
  for (const part of all("[data-in]")) part.hidden = !part.dataset.in.split(" ").includes(state);
}

function tell(device, is) {
  for (const word of all(`[data-of="${device}"]`)) word.hidden = word.dataset.when !== is;
}

function showTracks() {
  const stream = new MediaStream(Object.values(own).filter(Boolean));
  for (const view of all("video[data-own]")) view.srcObject = stream;
  for (const [name, track] of [["camera", own.video], ["microphone", own.audio]]) {
    const button = one(name);
    button.disabled = !track;
    button.setAttribute("aria-pressed", String(Boolean(track?.enabled)));
    for (const word of button.querySelectorAll("[data-when]")) {
      word.hidden = (word.dataset.when === "on") !== Boolean(track?.enabled);
    }
  }
}

function showRoom() {
  if (!mine) return;
  const together = mine.admitted && other?.admitted;
  if (together) {
    met = true;
    show("call");
    call.meet(names(), configuration);
    return;
  }
  if (call.name) call.hangUp();
  if (opened) call.prepare(configuration);
  if (practitioner && other) show("knock");
  else if (met || (mine.admitted && !practitioner)) show("alone");
  else show(practitioner ? "empty" : "waiting");
}

const names = () => (practitioner ? `${mine.epoch}.${other.epoch}` : `${other.epoch}.${mine.epoch}`);

// ---- the call

let configuration = {};

const call = new Call({
  offers: practitioner,
  say: (letter) => post("signals", addressed(letter)),
  changed: (state) => {
    tell("connection", state);
    if (state === "connecting") one("no-picture").hidden = true;
    if (state === "connected" && !own.video?.enabled) sayCamera();
  },
  seen: (stream) => {
    const view = one("theirs");
    if (view.srcObject !== stream) view.srcObject = stream;
  },
  told: (message) => {
    if ("camera" in message) one("no-picture").hidden = message.camera;
  },
});

const addressed = (letter) => ({ epoch: mine.epoch, to_epoch: other.epoch, body: JSON.stringify(letter) });

const sayCamera = () => call.name && call.tell({ camera: Boolean(own.video?.enabled) });

// ---- the seat

function take(room) {
  kept = Date.now();
  if (room.ended) return finish();
  if (!(room.moment < moment)) see(room); // or it was overtaken on its way, by what is newer
  for (const signal of room.signals) {
    heard = signal.number;
    if (other && signal.from_epoch === other.epoch) hear(signal.body);
  }
}

function see(room) {
  moment = room.moment;
  mine = room.mine;
  other = room.other;
  if (room.ice) {
    configuration = { iceServers: room.ice, iceTransportPolicy: room.relay_only ? "relay" : "all" };
  }
  showRoom();
}

// The server does not read what the other's browser says: what is no letter is passed over.
function hear(body) {
  let letter = null;
  try {
    letter = JSON.parse(body);
  } catch {
    return;
  }
  if (Array.isArray(letter?.said)) call.hear(letter);
}

async function sit() {
  mine = null;
  call.hangUp();
  for (;;) {
    const seat = await post("seat").catch(() => null);
    if (seat?.ok) {
      heard = moment = 0;
      take(seat);
      return hearNews(seat.mine.epoch);
    }
    if (seat?.code === "seat-taken") show("elsewhere");
    else if (doorIsClosed(seat)) return location.reload();
    else show("offline");
    await pause(Math.min(seat?.free_in || 2000, 2000));
  }
}

// The page itself says why, and what to do.
const doorIsClosed = (answer) => answer?.status === 409 || answer?.status === 404;

async function hearNews(epoch) {
  let mark = "";
  while (mine?.epoch === epoch) {
    const query = new URLSearchParams({ epoch, after: heard, seen: mark });
    const news = await asked(`news?${query}`).catch(() => null);
    if (mine?.epoch !== epoch) return;
    if (news?.ok) {
      mark = news.mark;
      take(news);
      if (news.again_in) await pause(news.again_in);
    } else if (news?.code === "seat-lost") return lost();
    else if (doorIsClosed(news)) return location.reload();
    else await pause(1000);
  }
}

// Another window of this browser has the seat, or we were silent for too long.
function lost() {
  const slept = Date.now() - kept > 12000;
  mine = null;
  call.hangUp();
  if (slept) sit();
  else show("window");
}

function finish() {
  mine = null;
  call.hangUp();
  stopDevices();
  show("ended");
  if (practitioner) location.assign(after);
}

new Worker(beat).onmessage = async () => {
  if (!mine) return;
  const epoch = mine.epoch;
  const room = await post("beat", { epoch }).catch(() => null);
  if (mine?.epoch !== epoch) return;
  if (room?.ok) take(room);
  else if (room?.code === "seat-lost") lost();
  tell("line", room ? "there" : "gone");
};

// ---- devices

function stopDevices() {
  for (const track of Object.values(own)) track?.stop();
}

async function openDevices() {
  stopDevices();
  const found = await devices.open(choices.chosen);
  own.audio = found.microphone.track ?? null;
  own.video = found.camera.track ?? null;
  if (without) dropCamera();
  else tell("camera", found.camera.is);
  tell("microphone", found.microphone.is);
  one("retry").hidden = !without && found.camera.is === "works" && found.microphone.is === "works";
  listen();
  opened = true;
  await sendTracks();
  showRoom();
  useSpeaker(choices.chosen.speaker);
  await choices.show(used());
}

const listen = () => own.audio && devices.listen(own.audio, () => tell("microphone", "heard"));

const used = () => ({
  camera: own.video?.getSettings().deviceId,
  microphone: own.audio?.getSettings().deviceId,
});

// Where the other is heard; "" is what the system says.
async function useSpeaker(id) {
  try {
    await one("theirs").setSinkId?.(id ?? "");
    return true;
  } catch {
    return false;
  }
}

// Another camera or microphone, in the middle of a call too. The one before is let go first: a
// telephone opens one camera at a time.
const choices = new Choices(one("choices"), async (kind, id) => {
  if (kind === "speaker") return useSpeaker(id);
  const slot = kind === "camera" ? "video" : "audio";
  const on = own[slot]?.enabled ?? true;
  own[slot]?.stop();
  const found = await devices.only(kind, id);
  own[slot] = found.track ?? null;
  if (own[slot]) own[slot].enabled = on;
  if (kind === "camera") without = false;
  else listen();
  tell(kind, found.is);
  await sendTracks();
  return found.is === "works";
});

function dropCamera() {
  own.video?.stop();
  own.video = null;
  tell("camera", "off");
}

async function sendTracks() {
  showTracks();
  await call.send("audio", own.audio);
  await call.send("video", own.video);
  sayCamera();
}

function toggle(kind) {
  if (own[kind]) own[kind].enabled = !own[kind].enabled;
  showTracks();
  sayCamera();
}

// ---- buttons

// What was pressed has not happened: the page says why when it is loaded again, or the line is gone.
function failed(answer) {
  if (doorIsClosed(answer)) location.reload();
  else tell("line", "gone");
}

const press = (name, done) => one(name)?.addEventListener("click", done);

press("camera", () => toggle("video"));
press("microphone", () => toggle("audio"));
press("sound", () => devices.chime(choices.chosen.speaker));
press("retry", () => {
  without = false;
  openDevices();
});
press("without", () => {
  without = true;
  dropCamera();
  one("retry").hidden = false;
  sendTracks();
});
press("admit", async () => {
  let passed = () => null;
  const word = call.firstWord(names(), new Promise((done) => (passed = done)));
  const admitted = await post("admit", word ? addressed(word) : {}).catch(() => null);
  passed(Boolean(admitted?.number));
  if (!admitted?.ok) failed(admitted);
});
press("leave", async () => {
  const epoch = mine?.epoch;
  mine = null;
  call.hangUp();
  stopDevices();
  show("left");
  if (epoch) await post("leave", { epoch }).catch(() => null);
});
press("finish", () => one("sure").showModal());
press("not-yet", () => one("sure").close());
press("end", async () => {
  const ended = await post("end").catch(() => null);
  one("sure").close();
  if (ended?.ok) finish();
  else failed(ended);
});
for (const again of all("[data-again]")) {
  again.addEventListener("click", () => {
    openDevices();
    sit();
  });
}

openDevices();
sit();
