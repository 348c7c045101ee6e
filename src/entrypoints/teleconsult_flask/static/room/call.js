// One call between two seats. The practitioner always offers, the patient answers: two who offer
// at once lose calls. A call is named after both epochs; whatever names another is of the past, and
// so is what belongs to an earlier attempt. What can be made before the two may talk lies ready, and
// is told to nobody until then.

const PATIENCE = 4000; // ms; a connection that is cut for longer is made anew
const FRESH = 60000; // ms; what was made ready earlier may know a network that was left since
const SMALL = 2; // how much smaller the first pictures are: a browser drops large ones until it knows the line
const GROWN = 2000; // ms after which they are as large as the camera makes them

export class Call {
  #peer = null;
  #name = "";
  #configuration = {};
  #attempt = 0; // which connection of this call it is
  #worked = false; // whether this connection ever came about
  #ready = null; // {peer, configuration, until, offered, name, passed, later}
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
    if (ready?.configuration === JSON.stringify(configuration) && Date.now() < ready.until) return;
    ready?.peer.close();
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
    this.#configuration = configuration;
    this.#begin(0, ready ?? this.#make(configuration));
  }

  // What is sent from now on; null for nothing. Needs no new agreement with the other.
  async send(kind, track) {
    this.#tracks[kind] = track;
    for (const peer of [this.#peer, this.#ready?.peer]) {
      await this.#place(peer, kind)?.sender.replaceTrack(track);
    }
  }

  tell(message) {
    this.#unsaid.push(message);
    this.#flush();
  }

  // A letter names its call and holds messages, in the order in which they were said.
  hear(letter) {
    this.#heard = this.#heard.then(() => this.#read(letter)).catch(() => this.#mend());
  }

  hangUp() {
    clearTimeout(this.#mending);
    this.#mending = 0;
    this.#peer?.close();
    this.#ready?.peer.close();
    this.#peer = this.#ready = null;
    this.#name = "";
    this.#unsaid = [];
  }

  #begin(attempt, made) {
    this.#peer?.close();
    this.#peer = made.peer;
    this.#attempt = attempt;
    this.#worked = false;
    this.#early = [];
    this.#unsaid = [...made.later];
    this.changed("connecting");
    if (!this.offers) return;
    this.#opening = this.#open(made).catch(() => null);
    this.#flush();
    this.#lookAgain(made.peer); // a browser that finds no way at all never says that it failed
  }

  #make(configuration) {
    const peer = new RTCPeerConnection({
      bundlePolicy: "max-bundle",
      iceCandidatePoolSize: 1,
      ...configuration,
    });
    const made = { peer, configuration: JSON.stringify(configuration), until: Date.now() + FRESH, later: [] };
    const stream = new MediaStream();
    peer.ontrack = (event) => {
      stream.addTrack(event.track);
      this.seen(stream);
    };
    peer.onicecandidate = ({ candidate }) => candidate && this.#foundWay(made, candidate);
    peer.onconnectionstatechange = () => this.#connection(peer);
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
    const fits = ready?.configuration === JSON.stringify(configuration);
    if (!fits || (ready.passed && ready.name !== name)) return null;
    this.#ready = null;
    return ready;
  }

  // A way to here: part of the description until that was said, told by itself afterwards.
  #foundWay(made, candidate) {
    if (made.peer === this.#peer) this.tell({ candidate });
    else if (made.passed) made.later.push({ candidate });
  }

  // The offer goes before everything else, unless it was sent along already.
  async #open(made) {
    await made.offered;
    if ((await made.passed) || made.peer !== this.#peer) return;
    this.#unsaid.unshift({ description: made.peer.localDescription });
  }

  // Letters go one after the other, or the network would let them overtake; whatever comes up
  // while one is on its way goes together in the next.
  async #flush() {
    if (this.#saying) return;
    this.#saying = true;
    for (;;) {
      await this.#opening;
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

  #place(peer, kind) {
    return peer?.getTransceivers().find((one) => one.receiver.track.kind === kind);
  }

  async #offer(peer, options) {
    await peer.setLocalDescription(await peer.createOffer(options));
    this.tell({ description: peer.localDescription });
  }

  async #read({ call, attempt = 0, said }) {
    if (call === this.#name && attempt > this.#attempt && !this.offers) {
      this.#begin(attempt, this.#make(this.#configuration));
    }
    for (const message of said) {
      if (call === this.#name && attempt === this.#attempt) await this.#take(message);
    }
  }

  async #take(message) {
    const peer = this.#peer;
    if (!peer) return;
    if (message.description) {
      await peer.setRemoteDescription(message.description);
      for (const candidate of this.#early.splice(0)) await peer.addIceCandidate(candidate);
      if (message.description.type === "offer") await this.#answer(peer);
    } else if (message.candidate) {
      if (peer.remoteDescription) await peer.addIceCandidate(message.candidate);
      else this.#early.push(message.candidate);
    } else {
      this.told(message);
    }
  }

  async #answer(peer) {
    const places = ["audio", "video"].map((kind) => [this.#place(peer, kind), this.#tracks[kind]]);
    const sending = places.map(([place, track]) => {
      if (place) place.direction = "sendrecv";
      return place?.sender.replaceTrack(track);
    });
    await Promise.all([...sending, this.#scale(peer, SMALL)]);
    await peer.setLocalDescription();
    this.tell({ description: peer.localDescription });
  }

  #connection(peer) {
    if (peer !== this.#peer) return;
    const state = peer.connectionState;
    if (state === "connected") {
      clearTimeout(this.#mending);
      this.#mending = 0;
      this.#worked = true;
      this.changed("connected");
      setTimeout(() => this.#scale(peer, 1), GROWN);
    } else if (state === "failed") {
      this.changed("interrupted");
      if (this.#worked) this.#mend(); // or it is begun again when its time is over
    } else if (state === "disconnected") {
      this.changed("interrupted");
      this.#mending ||= setTimeout(() => this.#mend(), PATIENCE);
    }
  }

  // By how much the picture is smaller than the camera's. Asking is all: a browser may refuse.
  async #scale(peer, by) {
    const sender = this.#place(peer, "video")?.sender;
    const parameters = sender?.getParameters();
    if (!parameters?.encodings?.length) return;
    for (const encoding of parameters.encodings) encoding.scaleResolutionDownBy = by;
    await sender.setParameters(parameters).catch(() => null);
  }

  // Only who offers can begin again; the other waits for him. One that worked looks for another way;
  // one that did not, or not again, is given up: the two may have got hold of different ends.
  #mend() {
    clearTimeout(this.#mending);
    this.#mending = 0;
    const peer = this.#peer;
    if (!peer || !this.offers || peer.signalingState === "closed") return;
    if (!this.#worked) return this.#begin(this.#attempt + 1, this.#make(this.#configuration));
    this.#worked = false;
    this.#offer(peer, { iceRestart: true }).catch(() => null);
    this.#lookAgain(peer);
  }

  #lookAgain(peer) {
    this.#mending = setTimeout(() => peer.connectionState !== "connected" && this.#mend(), 3 * PATIENCE);
  }
}
