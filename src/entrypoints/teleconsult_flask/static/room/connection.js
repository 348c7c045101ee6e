// One connection between two browsers, until it is given up. What a browser was asked about it is at
// an end then, too: a browser never says what became of it.

const FRESH = 60000; // ms; what was made ready earlier may know a network that was left since

export class Connection {
  name = ""; // of the call for which its offer was sent along
  passed = null; // a promise of whether that arrived
  offered = null; // a promise of its offer
  later = []; // ways to here that were found after that
  #over;
  #giveUp;

  constructor(configuration) {
    this.peer = new RTCPeerConnection({
      bundlePolicy: "max-bundle",
      iceCandidatePoolSize: 1,
      ...configuration,
    });
    this.configuration = JSON.stringify(configuration);
    this.freshUntil = Date.now() + FRESH;
    this.#over = new Promise((_, reject) => (this.#giveUp = reject));
    this.#over.catch(() => null);
  }

  suits(configuration) {
    return this.configuration === JSON.stringify(configuration);
  }

  // As `promise`; rejected once the connection is given up.
  still(promise) {
    return Promise.race([promise, this.#over]);
  }

  place(kind) {
    return this.peer.getTransceivers().find((one) => one.receiver.track.kind === kind);
  }

  async send(kind, track) {
    await this.still(this.place(kind)?.sender.replaceTrack(track)).catch(() => null);
  }

  // By how much the picture is smaller than the camera's. Asking is all: a browser may refuse.
  async scale(by) {
    const sender = this.place("video")?.sender;
    const parameters = sender?.getParameters();
    if (!parameters?.encodings?.length) return;
    for (const encoding of parameters.encodings) encoding.scaleResolutionDownBy = by;
    await this.still(sender.setParameters(parameters)).catch(() => null);
  }

  close() {
    this.peer.close();
    this.#giveUp(new Error("given up"));
  }
}
