// One call between two seats. The practitioner always offers, the patient answers: two who offer
// at once lose calls. A call is named after both epochs; whatever names another is of the past, and
// so is what belongs to an earlier attempt. What can be made before the two may talk lies ready, and
// is told to nobody until then.

import { Connection } from "./connection.js";

const PATIENCE = 4000; // ms; a connection that is cut for longer is made anew
const ATTEMPT = 12000; // ms for a connection to come about; more for each that did not
const LONGEST = 60000; // ms; but not more than this
const SMALL = 2; // how much smaller the first pictures are: a browser drops large ones until it knows the line
const GROWN = 2000; // ms after which they are as large as the camera makes them

export class Call {
  #now = null; // the connection of this call
  #ready = null; // the one for the next
  #name = "";
  #attempt = 0; // which connection of this call it is
  #worked = false; // whether it ever came about
  #tracks = { audio: null, video: null };
  #early = [];
  #unsaid = [];
  #saying = false;
  #opening = Promise.resolve();
  #heard = Promise.resolve();
  #mending = 0;

  // `say(letter)` sends and resolves when it is there; `changed(state)` tells of the connection;
  // `seen(stream)` gives what comes from the other; `told(message)` whatever else the other says.
  constructor({ offers, say, changed, seen, told }) {
    Object.assign(this, { offers, say, changed, seen, told });
  }

  get name() {
    return this.#name;
  }

  // Have a connection ready, with its offer and the ways to here, for when the two may talk.
  prepare(configuration) {
    const ready = this.#ready;
    if (this.#name || ready?.passed) return;
    if (ready?.suits(configuration) && Date.now() < ready.freshUntil) return;
    ready?.close();
    this.#ready = this.#make(configuration);
  }

  // The first word of the call `name`, for whoever lets the other in to send along; null if it is
  // not ready. `passed` is a promise of whether it was passed on.
  firstWord(name, passed) {
    const ready = this.#ready;
    const description = ready?.peer.localDescription;
    if (!description || ready.passed) return null;
    Object.assign(ready, { name, passed });
    passed.then((was) => was || (ready.passed = null));
    return { call: name, said: [{ description }] };
  }

  meet(name, configuration) {
    if (name === this.#name) return;
    const ready = this.#usable(name, configuration);
    this.hangUp();
    this.#name = name;
    this.#begin(0, ready ?? this.#make(configuration));
  }

  // What is sent from now on; null for nothing. Needs no new agreement with the other.
  async send(kind, track) {
    this.#tracks[kind] = track;
    for (const made of [this.#now, this.#ready]) await made?.send(kind, track);
  }

  tell(message) {
    this.#unsaid.push(message);
    this.#flush();
  }

  // A letter names its call and holds messages, in the order in which they were said.
  hear(letter) {
    const { call, attempt = 0 } = letter;
    if (call !== this.#name) return;
    if (attempt > this.#attempt && !this.offers) this.#begin(attempt, this.#another());
    if (attempt !== this.#attempt) return;
    const made = this.#now;
    this.#heard = this.#heard.then(() => this.#read(made, letter)).catch(() => this.#stumble(made));
  }

  hangUp() {
    this.#lookLater(0);
    this.#now?.close();
    this.#ready?.close();
    this.#now = this.#ready = null;
    this.#name = "";
    this.#unsaid = [];
  }

  #begin(attempt, made) {
    this.#now?.close();
    this.#now = made;
    this.#attempt = attempt;
    this.#worked = false;
    this.#early = [];
    this.#unsaid = [...made.later];
    this.changed("connecting");
    if (!this.offers) return;
    this.#opening = this.#open(made).catch(() => null);
    this.#flush();
    this.#lookAgain(); // a browser that finds no way at all never says that it failed
  }

  #another() {
    return this.#make(JSON.parse(this.#now.configuration));
  }

  #make(configuration) {
    const made = new Connection(configuration);
    const { peer } = made;
    const stream = new MediaStream();
    peer.ontrack = (event) => {
      stream.addTrack(event.track);
      this.seen(stream);
    };
    peer.onicecandidate = ({ candidate }) => candidate && this.#foundWay(made, candidate);
    peer.onconnectionstatechange = () => made === this.#now && this.#connection(made);
    if (!this.offers) return made;
    for (const kind of ["audio", "video"]) {
      const sendEncodings = kind === "video" ? [{ scaleResolutionDownBy: SMALL }] : undefined;
      peer.addTransceiver(this.#tracks[kind] ?? kind, { direction: "sendrecv", sendEncodings });
    }
    made.offered = peer.setLocalDescription();
    made.offered.catch(() => null);
    return made;
  }

  // What lies ready, if it is as this call needs it: taken away from there.
  #usable(name, configuration) {
    const ready = this.#ready;
    if (!ready?.suits(configuration) || (ready.passed && ready.name !== name)) return null;
    this.#ready = null;
    return ready;
  }

  // A way to here: part of the description until that was said, told by itself afterwards.
  #foundWay(made, candidate) {
    if (made === this.#now) this.tell({ candidate });
    else if (made.passed) made.later.push({ candidate });
  }

  // The offer goes before everything else, unless it was sent along already.
  async #open(made) {
    await made.still(made.offered);
    if (await made.still(made.passed)) return;
    if (made === this.#now) this.#unsaid.unshift({ description: made.peer.localDescription });
  }

  // Letters go one after the other, or the network would let them overtake; whatever comes up
  // while one is on its way goes together in the next.
  async #flush() {
    if (this.#saying) return;
    this.#saying = true;
    for (;;) {
      const opening = this.#opening;
      await opening;
      if (opening !== this.#opening) continue; // begun again meanwhile
      if (!this.#unsaid.length) break;
      const letter = { call: this.#name, attempt: this.#attempt, said: this.#unsaid.splice(0) };
      try {
        await this.say(letter);
      } catch {
        // The other misses it; a call that comes to nothing is offered anew.
      }
    }
    this.#saying = false;
  }

  async #read(made, { said }) {
    for (const message of said) if (made === this.#now) await this.#take(made, message);
  }

  async #take(made, message) {
    const { peer } = made;
    if (message.description) {
      await made.still(peer.setRemoteDescription(message.description));
      for (const candidate of this.#early.splice(0)) await made.still(peer.addIceCandidate(candidate));
      if (message.description.type === "offer") await this.#answer(made);
    } else if (message.candidate) {
      if (peer.remoteDescription) await made.still(peer.addIceCandidate(message.candidate));
      else this.#early.push(message.candidate);
    } else {
      this.told(message);
    }
  }

  async #answer(made) {
    const kinds = ["audio", "video"];
    for (const place of kinds.map((kind) => made.place(kind))) if (place) place.direction = "sendrecv";
    await Promise.all([...kinds.map((kind) => made.send(kind, this.#tracks[kind])), made.scale(SMALL)]);
    await made.still(made.peer.setLocalDescription());
    if (made === this.#now) this.tell({ description: made.peer.localDescription });
  }

  // What could not be read: a connection that worked looks for another way, the others have time.
  #stumble(made) {
    if (made === this.#now && this.#worked) this.#mend();
  }

  #connection(made) {
    const state = made.peer.connectionState;
    if (state === "connected") {
      this.#lookLater(0);
      this.#worked = true;
      this.changed("connected");
      setTimeout(() => made.scale(1), GROWN);
    } else if (state === "failed") {
      this.changed("interrupted");
      if (this.#worked || !this.#mending) this.#mend(); // or when its time is over
    } else if (state === "disconnected") {
      this.changed("interrupted");
      if (!this.#mending) this.#lookLater(PATIENCE);
    }
  }

  // Only who offers can begin again; the other waits for him. One that worked looks for another way;
  // one that did not, or not again, is given up: the two may have got hold of different ends.
  #mend() {
    const made = this.#now;
    if (!made || !this.offers) return;
    if (!this.#worked) return this.#begin(this.#attempt + 1, this.#another());
    this.#worked = false;
    this.#offerAnotherWay(made).catch(() => null);
    this.#lookAgain();
  }

  async #offerAnotherWay(made) {
    await made.still(made.peer.setLocalDescription(await made.still(made.peer.createOffer({ iceRestart: true }))));
    if (made === this.#now) this.tell({ description: made.peer.localDescription });
  }

  #lookAgain() {
    this.#lookLater(Math.min(ATTEMPT * (this.#attempt + 1), LONGEST));
  }

  // In so many ms; 0 for not any more.
  #lookLater(ms) {
    clearTimeout(this.#mending);
    this.#mending = ms && setTimeout(() => this.#look(), ms);
  }

  #look() {
    this.#mending = 0;
    if (this.#now?.peer.connectionState === "connected") this.#worked = true;
    else this.#mend();
  }
}
