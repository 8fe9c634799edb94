// The device's page: shows the latest frame, sends keys in the order they were
// pressed, plays tones and lights the light. It knows nothing of sales.
'use strict';

const byId = (id) => document.getElementById(id);
const device = byId('device'), glass = byId('glass'), led = byId('led'), lost = byId('lost');

// --- glass -------------------------------------------------------------

let size = { width: 400, height: 300 };

// One pixel of the glass is a whole number of the screen's own pixels, as many
// as there is room for up to the size of two CSS pixels; less only when not
// even one fits.
function fitGlass() {
  const ratio = window.devicePixelRatio || 1;
  let room = document.documentElement.clientWidth;
  for (const around of [document.body, device, glass.parentElement]) {
    const style = getComputedStyle(around);
    room -= parseFloat(style.paddingLeft) + parseFloat(style.paddingRight);
  }
  room -= parseFloat(getComputedStyle(device).getPropertyValue('--beside')) || 0; // the keys, when they are not below
  room = Math.max(room, 120);
  const wide = Math.floor((room * ratio) / size.width);
  const high = Math.max(1, Math.floor((window.innerHeight * 0.6 * ratio) / size.height));
  const scale = Math.min(wide, high, Math.max(1, Math.floor(2 * ratio)));
  const css = scale >= 1 ? scale / ratio : room / size.width;
  glass.style.width = size.width * css + 'px';
  glass.style.height = size.height * css + 'px';
  device.dataset.scale = String(scale);
}

// A frame is swapped in when it has loaded, so the glass never flickers; of
// several that are on their way the latest wins.
let wanted = 0, loading = false;
function showFrame(frame) {
  wanted = frame.version;
  if (frame.width !== size.width || frame.height !== size.height) {
    size = { width: frame.width, height: frame.height };
    fitGlass();
  }
  setLed(frame.led);
  if (!loading) loadFrame();
}
function loadFrame() {
  const version = wanted, next = new Image();
  loading = true;
  const done = () => {
    loading = false;
    if (version !== wanted) loadFrame();
  };
  next.onload = () => {
    glass.src = next.src;
    glass.dataset.version = String(version);
    done();
  };
  next.onerror = () => setTimeout(done, 500);
  next.src = 'glass.png?v=' + version + '.' + Date.now();
}

// --- light and speaker ---------------------------------------------------

function setLed(colour) {
  led.dataset.led = colour || 'off';
  led.setAttribute('aria-label', 'LED ' + led.dataset.led);
}

// Tones are [Hz, start ms, length ms]. Two short are good news, one long is
// bad, three are a question; money that comes late is good news and a question.
const tones = {
  key: [[1400, 0, 25]],
  refuse: [[180, 0, 110]],
  ready: [[660, 0, 70], [880, 80, 110]],
  paid: [[988, 0, 120], [1319, 150, 260]],
  failed: [[220, 0, 650]],
  unsure: [[440, 0, 130], [440, 200, 130], [440, 400, 130]],
  late: [[988, 0, 120], [1319, 150, 200], [440, 450, 130], [440, 650, 130]],
  alarm: [[900, 0, 180], [600, 200, 180], [900, 400, 180], [600, 600, 180]],
};
// What a tone says, for those who do not hear it. The page does not know which
// of the two languages is spoken here.
const meanings = {
  refuse: 'tidak bisa · refused', ready: 'siap · ready', paid: 'lunas · paid', failed: 'gagal · failed',
  unsure: 'belum pasti · not sure', late: 'terlambat · late', alarm: 'awas · alarm',
};
const soundButton = byId('sound'), speaker = byId('speaker'), toneName = byId('tone');
let audio = null, quiet = null;

// Browsers let a page sound only after somebody touched it.
function wakeAudio() {
  const Audio = window.AudioContext || window.webkitAudioContext;
  if (!audio && Audio) audio = new Audio();
  if (audio && audio.state === 'suspended') audio.resume();
}
function play(name, loud) {
  const notes = tones[name];
  toneName.textContent = meanings[name] || '';
  if (!notes) return;
  speaker.classList.add('loud');
  clearTimeout(quiet);
  const last = notes[notes.length - 1];
  quiet = setTimeout(() => speaker.classList.remove('loud'), last[1] + last[2]);
  if (!audio || audio.state !== 'running' || soundButton.getAttribute('aria-pressed') !== 'true') return;
  for (const [hertz, start, length] of notes) beep(hertz, audio.currentTime + start / 1000, length / 1000, 0.08 * loud);
}
function beep(hertz, at, seconds, height) {
  const tone = audio.createOscillator(), volume = audio.createGain();
  tone.type = 'square';
  tone.frequency.value = hertz;
  volume.gain.setValueAtTime(0, at);
  volume.gain.linearRampToValueAtTime(height, at + 0.005);
  volume.gain.setValueAtTime(height, at + seconds - 0.01);
  volume.gain.linearRampToValueAtTime(0, at + seconds);
  tone.connect(volume).connect(audio.destination);
  tone.start(at);
  tone.stop(at + seconds);
}
// A sentence is fetched, decoded and played; a newer one, or silence, ends it.
let talking = null, talk = 0;
async function say(url) {
  const mine = ++talk;
  if (talking) talking.stop();
  talking = null;
  if (!url || !audio || audio.state !== 'running' || soundButton.getAttribute('aria-pressed') !== 'true') return;
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(3000) });
    if (!answer.ok) return; // it is over already
    const sound = await audio.decodeAudioData(await answer.arrayBuffer());
    if (mine !== talk) return;
    talking = audio.createBufferSource();
    talking.buffer = sound;
    talking.connect(audio.destination);
    talking.start();
    device.dataset.said = sound.duration.toFixed(2); // seconds
  } catch (e) {
    console.warn('a sentence is not heard', e); // the glass says it too
  }
}
soundButton.addEventListener('click', () => {
  const on = soundButton.getAttribute('aria-pressed') !== 'true';
  if (!on) say('');
  soundButton.setAttribute('aria-pressed', String(on));
  wakeAudio();
});

// --- keys ----------------------------------------------------------------

// Keys are sent one after the other: they must arrive in their order.
const waiting = [];
let sending = false;
function press(key) {
  wakeAudio();
  if (waiting.length < 32) waiting.push(key);
  if (!sending) send();
}
async function send() {
  sending = true;
  while (waiting.length > 0) {
    const key = waiting.shift();
    try {
      const answer = await fetch('key', { method: 'POST', body: key, signal: AbortSignal.timeout(3000) });
      if (!answer.ok) setLost(answer.status >= 500);
    } catch {
      waiting.length = 0; // a device that is off takes no keys, and none later either
      setLost(true);
    }
  }
  sending = false;
}
// A digit that is still down after a while is told once more, as held. It is timed
// here: what repeats, how soon and how often is the visitor's own setting.
const heldFor = 700; // ms, as on the pads of a device
let holding = 0, heldKey = '';
function hold(key) {
  letGo();
  if (key < '1' || key > '9') return;
  heldKey = key;
  holding = setTimeout(() => press(String.fromCharCode(0x2460 + Number(key) - 1)), heldFor);
}
function letGo() {
  clearTimeout(holding);
  heldKey = '';
}
for (const what of ['pointerup', 'pointercancel', 'blur']) addEventListener(what, letGo);
addEventListener('keyup', (e) => {
  if (e.key === heldKey) letGo();
});
for (const button of document.querySelectorAll('[data-key]')) {
  // On pointerdown, as a real key acts. A click without a pointer is the
  // keyboard's, or a test's.
  const key = button.dataset.key === 'ok' ? '\n' : button.dataset.key;
  button.addEventListener('pointerdown', (e) => {
    if (e.button !== 0) return;
    press(key);
    hold(key);
  });
  button.addEventListener('pointerleave', letGo);
  button.addEventListener('contextmenu', (e) => e.preventDefault()); // what phones make of a long press
  button.addEventListener('click', (e) => {
    if (e.detail === 0) press(key);
    else button.blur(); // or Enter would press it again
  });
}
const typed = {
  Enter: '\n', Backspace: 'b', Delete: 'c', Escape: 'c', '+': '+', '.': 'z', ',': 'z',
  z: 'z', Z: 'z', c: 'c', C: 'c', b: 'b', B: 'b', m: 'm', M: 'm', l: 'l', L: 'l', r: 'r', R: 'r', v: 'v', V: 'v',
};
document.addEventListener('keydown', (e) => {
  if (e.ctrlKey || e.metaKey || e.altKey || e.repeat) return;
  const key = e.key >= '0' && e.key <= '9' && e.key.length === 1 ? e.key : typed[e.key];
  if (!key) return;
  if (key === '\n' && e.target instanceof HTMLButtonElement) return; // the button's own click
  e.preventDefault();
  press(key);
  hold(key);
  const shown = document.querySelector(`[data-key="${key === '\n' ? 'ok' : key}"]`);
  if (!shown) return;
  shown.classList.add('down');
  setTimeout(() => shown.classList.remove('down'), 120);
});

// --- news ----------------------------------------------------------------

function setLost(is) {
  device.dataset.state = is ? 'off' : 'on';
  lost.hidden = !is;
  if (is) setLed('off');
}
let news = null;
function listen() {
  news = new EventSource('events');
  news.onopen = () => setLost(false);
  news.onerror = () => {
    setLost(true);
    if (news.readyState !== EventSource.CLOSED) return; // it tries again by itself
    setTimeout(listen, 1000);
  };
  news.addEventListener('frame', (e) => {
    setLost(false);
    showFrame(JSON.parse(e.data));
  });
  news.addEventListener('tone', (e) => {
    const sound = JSON.parse(e.data);
    setLed(sound.led);
    play(sound.tone, sound.loud);
  });
  news.addEventListener('voice', (e) => say(JSON.parse(e.data).url));
}
window.addEventListener('resize', fitGlass);
glass.addEventListener('load', () => {
  if (glass.naturalWidth && (glass.naturalWidth !== size.width || glass.naturalHeight !== size.height)) {
    size = { width: glass.naturalWidth, height: glass.naturalHeight };
  }
  fitGlass();
});
fitGlass();
listen();
