// One call between two seats. The practitioner always offers, the patient answers: two who offer
// at once lose calls. A call is named after both epochs; whatever names another is of the past.

const PATIENCE = 4000; // ms; a connection that is cut for longer is made anew

export class Call {
  #peer = null;
  #name = "";
  #tracks = { audio: null, video: null };
  #early = [];
  #said = Promise.resolve();
  #heard = Promise.resolve();
  #mending = 0;

  // `say(message)` sends and resolves when it is there; `changed(state)` tells of the connection;
  // `seen(stream)` gives what comes from the other; `told(message)` whatever else the other says.
  constructor({ offers, say, changed, seen, told }) {
    Object.assign(this, { offers, say, changed, seen, told });
  }

  get name() {
    return this.#name;
  }

  meet(name, configuration) {
    if (name === this.#name) return;
    this.hangUp();
    this.#name = name;
    const peer = (this.#peer = new RTCPeerConnection(configuration));
    const stream = new MediaStream();
    peer.ontrack = (event) => {
      stream.addTrack(event.track);
      this.seen(stream);
    };
    peer.onicecandidate = (event) => event.candidate && this.tell({ candidate: event.candidate });
    peer.onconnectionstatechange = () => this.#connection(peer);
    this.changed("connecting");
    if (!this.offers) return;
    for (const kind of ["audio", "video"]) {
      peer.addTransceiver(this.#tracks[kind] ?? kind, { direction: "sendrecv" });
    }
    this.#offer(peer).catch(() => null);
    this.#lookAgain(peer); // a browser that finds no way at all never says that it failed
  }

  // What is sent from now on; null for nothing. Needs no new agreement with the other.
  async send(kind, track) {
    this.#tracks[kind] = track;
    await this.#place(kind)?.sender.replaceTrack(track);
  }

  // Messages go one after the other, or the network would let them overtake.
  tell(message) {
    const name = this.#name;
    this.#said = this.#said
      .then(() => (name === this.#name ? this.say({ call: name, ...message }) : null))
      .catch(() => null);
  }

  hear(message) {
    this.#heard = this.#heard.then(() => this.#take(message)).catch(() => this.#mend());
  }

  hangUp() {
    clearTimeout(this.#mending);
    this.#mending = 0;
    this.#peer?.close();
    this.#peer = null;
    this.#name = "";
    this.#early = [];
  }

  #place(kind) {
    return this.#peer?.getTransceivers().find((one) => one.receiver.track.kind === kind);
  }

  async #offer(peer, options) {
    await peer.setLocalDescription(await peer.createOffer(options));
    this.tell({ description: peer.localDescription });
  }

  async #take(message) {
    const peer = this.#peer;
    if (!peer || message.call !== this.#name) return;
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
    for (const kind of ["audio", "video"]) {
      const place = this.#place(kind);
      if (!place) continue;
      place.direction = "sendrecv";
      await place.sender.replaceTrack(this.#tracks[kind]);
    }
    await peer.setLocalDescription(await peer.createAnswer());
    this.tell({ description: peer.localDescription });
  }

  #connection(peer) {
    if (peer !== this.#peer) return;
    const state = peer.connectionState;
    if (state === "connected") {
      clearTimeout(this.#mending);
      this.#mending = 0;
      this.changed("connected");
    } else if (state === "failed") {
      this.changed("interrupted");
      this.#mend();
    } else if (state === "disconnected") {
      this.changed("interrupted");
      this.#mending ||= setTimeout(() => this.#mend(), PATIENCE);
    }
  }

  // Only who offers can begin again; the other waits for him.
  #mend() {
    clearTimeout(this.#mending);
    this.#mending = 0;
    const peer = this.#peer;
    if (!peer || !this.offers || peer.signalingState === "closed") return;
    this.#offer(peer, { iceRestart: true }).catch(() => null);
    this.#lookAgain(peer);
  }

  #lookAgain(peer) {
    this.#mending = setTimeout(() => peer.connectionState !== "connected" && this.#mend(), 3 * PATIENCE);
  }
}
