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

// What is asked for: the very device that was chosen, or whatever is there.
function wanted(kind, id) {
  const chosen = id ? { deviceId: { exact: id } } : {};
  if (kind === "microphone") return { audio: id ? chosen : true };
  return { video: { width: { ideal: 1280 }, ...(id ? chosen : { facingMode: "user" }) } };
}

// Gives {is, track?} for one of them; another one where the chosen is gone.
export async function only(kind, id) {
  if (blocked(kind)) return { is: "blocked" };
  try {
    const stream = await navigator.mediaDevices.getUserMedia(wanted(kind, id));
    return { is: "works", track: stream.getTracks()[0] };
  } catch (error) {
    if (id && REASONS[error.name] === "missing") return only(kind);
    return { is: REASONS[error.name] ?? "busy" };
  }
}

// Gives {camera: {is, track?}, microphone: {is, track?}}; asked for both at once, people answer once.
export async function open(chosen) {
  if (!blocked("camera") && !blocked("microphone")) {
    try {
      const both = await navigator.mediaDevices.getUserMedia({
        ...wanted("microphone", chosen.microphone),
        ...wanted("camera", chosen.camera),
      });
      return {
        camera: { is: "works", track: both.getVideoTracks()[0] },
        microphone: { is: "works", track: both.getAudioTracks()[0] },
      };
    } catch {
      // One of them is the reason: each is asked alone.
    }
  }
  return {
    microphone: await only("microphone", chosen.microphone),
    camera: await only("camera", chosen.camera),
  };
}

const KINDS = { videoinput: "camera", audioinput: "microphone", audiooutput: "speaker" };

// Gives {camera: [{id, label}], microphone: […], speaker: […]}: what one may choose from.
export async function list() {
  const found = { camera: [], microphone: [], speaker: [] };
  for (const { kind, deviceId, label } of (await navigator.mediaDevices?.enumerateDevices()) ?? []) {
    const again = deviceId === "communications" || !deviceId; // one of the others, or not told
    if (!again) found[KINDS[kind]].push({ id: deviceId, label });
  }
  if (!("setSinkId" in HTMLMediaElement.prototype)) found.speaker = [];
  return found;
}

// Calls `heard` once the microphone picks something up.
export function listen(track, heard) {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
  const wave = new Uint8Array(analyser.fftSize);
  const looking = setInterval(() => {
    if (track.readyState === "ended") {
      clearInterval(looking);
      context.close();
      return;
    }
    analyser.getByteTimeDomainData(wave);
    if (wave.some((value) => Math.abs(value - 128) > 6)) {
      clearInterval(looking);
      context.close();
      heard();
    }
  }, 150);
}

// Two notes, so that one hears whether one hears.
export async function chime(speaker) {
  const context = new AudioContext();
  if (speaker) await context.setSinkId?.(speaker).catch(() => null);
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
