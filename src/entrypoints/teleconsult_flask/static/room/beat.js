// A clock that a page in the background does not slow down: its seat lives on beats.
setInterval(() => postMessage(""), 5000);
