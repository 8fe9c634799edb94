// The demo's page: asks twice a second what is going on, and shows it. What the
// till shows is the till's own page in a frame; what the phone knows it read
// from the picture of the glass.
'use strict';

const byId = (id) => document.getElementById(id);
const till = byId('till'), camera = byId('camera'), wallet = byId('wallet'), pay = byId('pay'), says = byId('phone-says');

let now = null; // the last state
let lang = '';
let scanned = ''; // the order on the phone; '?' when the till has yet to say which it shows
const t = (key) => words[lang][key];
const clock = (parts) => new Date().toLocaleTimeString('id-ID', { timeZone: 'Asia/Jakarta', ...parts }); // as the provider's pages

// --- language ------------------------------------------------------------

// The till's language is the page's: it can be changed on either.
function speak(next) {
  if (next === lang || !words[next]) return;
  lang = next;
  document.documentElement.lang = lang;
  document.title = t('title');
  for (const e of document.querySelectorAll('[data-t]')) e.textContent = t(e.dataset.t);
  for (const b of document.querySelectorAll('[data-lang]')) b.setAttribute('aria-pressed', String(b.dataset.lang === lang));
  if (!wallet.hidden) pay.src = pay.dataset.at + '&lang=' + lang;
}
for (const b of document.querySelectorAll('[data-lang]')) {
  b.addEventListener('click', () => post('switch/lang/' + b.dataset.lang));
}

// --- what is going on ----------------------------------------------------

async function post(what) {
  try {
    const answer = await fetch('demo/' + what, { method: 'POST', signal: AbortSignal.timeout(40000) });
    const body = await answer.json();
    if (answer.ok && 'power' in body) show(body);
    return { ok: answer.ok, body };
  } catch {
    return { ok: false, body: {} };
  }
}
async function watch() {
  try {
    const answer = await fetch('demo/state', { signal: AbortSignal.timeout(6000) });
    show(await answer.json());
  } catch {
    says.textContent = t('lost');
  }
  setTimeout(watch, 400);
}
function show(state) {
  speak(state.lang);
  tellChanges(now, state);
  now = state;
  for (const field of document.querySelectorAll('[data-switch]')) {
    let is = state[field.dataset.switch];
    if (typeof is === 'boolean') is = is ? 'on' : 'off';
    for (const b of field.querySelectorAll('[data-to]')) b.setAttribute('aria-pressed', String(b.dataset.to === is));
  }
  byId('provider').href = state.provider;
  byId('expire').disabled = !state.order || state.order.transaction_status !== 'pending';
  dim(!state.power);
  if (state.power) wakeTill();
  showPhone(state);
  document.body.dataset.step = step(state);
}
function step(state) {
  const screen = state.till && state.till.screen;
  if (screen === 'thanks' || screen === 'late') return '4';
  if (screen !== 'offering') return '1';
  return scanned === state.till.order ? '3' : '2';
}

// --- the till ------------------------------------------------------------

// After a power cut the frame may hold an error instead of the till, or a page
// that will only look for it again in a while.
let waking = false;
function wakeTill() {
  const inside = till.contentDocument;
  if (waking || !inside || inside.readyState !== 'complete') return;
  const device = inside.getElementById('device');
  if (device && device.dataset.state !== 'off') return;
  waking = true;
  till.contentWindow.location.replace(new URL('till/', location.href));
}
// A device without power: its glass keeps the last picture, as e-paper does.
function dim(is) {
  till.classList.toggle('dark', is);
  const device = till.contentDocument && till.contentDocument.getElementById('device');
  if (device) device.style.filter = is ? 'brightness(.62) saturate(.5)' : '';
}
function fitTill() {
  const inside = till.contentDocument, keys = inside && inside.getElementById('keypad');
  if (keys) till.style.height = Math.ceil(keys.getBoundingClientRect().bottom + till.contentWindow.scrollY + 64) + 'px';
}
till.addEventListener('load', () => {
  waking = false;
  refitTill();
  const inside = till.contentDocument;
  const keys = inside && inside.getElementById('keypad');
  if (keys) new ResizeObserver(fitTill).observe(inside.body);
});
// The style gives a frame that is not fitted yet the height of its layout.
function refitTill() {
  till.style.height = '';
  fitTill();
}
addEventListener('resize', refitTill);

// Keys typed beside the till are meant for it, also with the phone in hand; a
// button that was chosen with the keyboard keeps its own. One that the mouse
// pressed lets go, or the next OK would press it again.
document.addEventListener('click', (e) => {
  const button = e.target.closest('button');
  if (button && e.detail > 0) button.blur();
});
function passKeys(from) {
  from.addEventListener('keydown', (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey || e.repeat || e.key === 'Tab') return;
    if (e.target.closest('button, a') && (e.key === 'Enter' || e.key === ' ')) return;
    const inside = till.contentDocument;
    if (!inside || !inside.getElementById('device')) return;
    const copy = new till.contentWindow.KeyboardEvent('keydown', { key: e.key, cancelable: true });
    if (!inside.dispatchEvent(copy)) e.preventDefault();
  });
  from.addEventListener('keyup', (e) => {
    if (till.contentWindow) till.contentWindow.dispatchEvent(new till.contentWindow.KeyboardEvent('keyup', { key: e.key }));
  });
}
passKeys(document);
pay.addEventListener('load', () => {
  const inside = pay.contentDocument;
  if (!inside) return;
  passKeys(inside);
  // The provider's front page is not passed on; the foot of this page links to it.
  for (const link of inside.querySelectorAll('a[href^="/?"]')) link.remove();
});

// --- the phone -----------------------------------------------------------

function showPhone(state) {
  byId('clock').textContent = clock({ hour: '2-digit', minute: '2-digit' });
  const offering = state.till && state.till.screen === 'offering';
  if (scanned === '?' && offering) scanned = state.till.order;
  if (!wallet.hidden && offering && state.till.order !== scanned) hangUp();
  if (wallet.hidden) {
    if (state.power) byId('seen').src = 'till/glass.png?' + Date.now();
    says.textContent = t(!state.power ? 'dark' : offering ? 'aim' : 'look');
  }
  camera.classList.toggle('ready', Boolean(offering));
  camera.classList.toggle('dark', !state.power);
}
function hangUp() {
  wallet.hidden = true;
  camera.hidden = false;
  scanned = '';
}
byId('again').addEventListener('click', hangUp);
byId('scan').addEventListener('click', async () => {
  const { ok, body } = await post('scan');
  if (!ok) {
    says.textContent = t('none');
    camera.classList.remove('shake');
    void camera.offsetWidth; // begins the shaking anew
    camera.classList.add('shake');
    return;
  }
  scanned = '?';
  pay.dataset.at = body.pay;
  pay.src = body.pay + '&lang=' + lang;
  camera.hidden = true;
  wallet.hidden = false;
});

// --- switches ------------------------------------------------------------

for (const b of document.querySelectorAll('[data-to]')) {
  b.addEventListener('click', async () => {
    const which = b.closest('[data-switch]').dataset.switch;
    b.classList.add('busy');
    await post('switch/' + which + '/' + b.dataset.to);
    b.classList.remove('busy');
    tellStory('you', b.closest('fieldset').querySelector('legend').textContent + ': ' + b.textContent);
  });
}
byId('expire').addEventListener('click', async () => {
  tellStory('you', t('expire'));
  if (!(await post('expire')).ok) tellStory('provider', t('nothing'));
});

// --- what happened -------------------------------------------------------

const money = (n) => 'Rp ' + String(n).replace(/\B(?=(\d{3})+$)/g, '.');
const short = (order) => '#' + String(order).slice(-4);

function tellChanges(was, is) {
  // The provider's word comes first: the till acts on it.
  const o = is.order, p = was && was.order;
  if (o && (!p || p.order_id !== o.order_id || p.transaction_status !== o.transaction_status)) {
    tellStory('provider', (t('status')[o.transaction_status] || o.transaction_status) + ' · ' + money(o.amount) + ' · ' + short(o.order_id));
  }
  const a = (was && was.till) || {}, b = is.till || {};
  if (b.screen && (a.screen !== b.screen || a.order !== b.order)) {
    const about = b.order ? ' · ' + money(b.amount) + ' · ' + short(b.order) : '';
    tellStory('till', (t('screens')[b.screen] || b.screen) + about, b.screen);
  }
}
function tellStory(who, text, screen) {
  const line = document.createElement('li');
  const at = document.createElement('time'), by = document.createElement('b'), what = document.createElement('span');
  at.textContent = clock({});
  by.textContent = t('who')[who];
  what.textContent = text;
  line.dataset.who = who;
  line.append(at, by, what);
  const story = byId('story');
  // Keying an amount is one line, not one for each digit.
  if (screen === 'entering' && story.firstChild && story.firstChild.dataset.screen === 'entering') story.firstChild.remove();
  if (screen) line.dataset.screen = screen;
  story.prepend(line);
  while (story.children.length > 30) story.lastChild.remove();
}

speak(document.documentElement.lang);
watch();
