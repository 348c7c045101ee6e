// Camera, microphone and sound: opened, checked, and told apart when they cannot be used.

const REASONS = {
  NotAllowedError: "denied",
  SecurityError: "blocked",
  NotFoundError: "missing",
  OverconstrainedError: "missing",
  NotReadableError: "busy",
  AbortError: "busy",
};

function blocked(kind) {
  const policy = document.permissionsPolicy ?? document.featurePolicy;
  return !navigator.mediaDevices || (policy && !policy.allowsFeature(kind));
}

async function only(kind) {
  if (blocked(kind)) return { is: "blocked" };
  const wanted = kind === "camera" ? { video: { width: { ideal: 1280 }, facingMode: "user" } } : { audio: true };
  try {
    const stream = await navigator.mediaDevices.getUserMedia(wanted);
    return { is: "works", track: stream.getTracks()[0] };
  } catch (error) {
    return { is: REASONS[error.name] ?? "busy" };
  }
}

// Gives {camera: {is, track?}, microphone: {is, track?}}; asked for both at once, people answer once.
export async function open() {
  if (!blocked("camera") && !blocked("microphone")) {
    try {
      const both = await navigator.mediaDevices.getUserMedia({
        audio: true,
        video: { width: { ideal: 1280 }, facingMode: "user" },
      });
      return {
        camera: { is: "works", track: both.getVideoTracks()[0] },
        microphone: { is: "works", track: both.getAudioTracks()[0] },
      };
    } catch {
      // One of them is the reason: each is asked alone.
    }
  }
  return { microphone: await only("microphone"), camera: await only("camera") };
}

// Calls `heard` once the microphone picks something up.
export function listen(track, heard) {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
  const wave = new Uint8Array(analyser.fftSize);
  const looking = setInterval(() => {
    analyser.getByteTimeDomainData(wave);
    if (wave.some((value) => Math.abs(value - 128) > 6)) {
      clearInterval(looking);
      context.close();
      heard();
    }
  }, 150);
  track.addEventListener("ended", () => clearInterval(looking));
}

// Two notes, so that one hears whether one hears.
export function chime() {
  const context = new AudioContext();
  for (const [start, pitch] of [[0, 523], [0.35, 659]]) {
    const note = context.createOscillator();
    const loudness = context.createGain();
    note.frequency.value = pitch;
    loudness.gain.setValueAtTime(0.2, context.currentTime + start);
    loudness.gain.exponentialRampToValueAtTime(0.001, context.currentTime + start + 0.6);
    note.connect(loudness).connect(context.destination);
    note.start(context.currentTime + start);
    note.stop(context.currentTime + start + 0.6);
  }
  setTimeout(() => context.close(), 1500);
}
