// Keeps an open page up to date. The server says only that something new arrived; the page is then asked for again, and
// its parts that changed take the place of the old ones. Nothing is announced, nothing under somebody's hands is touched.
'use strict';

(() => {
  const bar = document.querySelector('[data-live]');
  if (!bar || !window.EventSource) return;
  const says = bar.querySelector('[data-live-state]');
  const button = bar.querySelector('[data-live-switch]');
  const PAUSED = 'milepost-live-paused';
  // Asking takes at most this part of the time, however long the server thinks.
  const REST = 10;

  let known = bar.dataset.live;
  let source;
  let problem = '';
  let updated = '';
  let isPaused = isKeptPaused();
  let isAsking = false;
  let isBehind = false;
  let restUntil = 0;
  let timer;
  // Parts by name: as they came, and those that wait until nobody is at the old ones.
  const came = new Map();
  const waiting = new Map();

  function isKeptPaused() {
    try { return sessionStorage.getItem(PAUSED) !== null; } catch { return false; }
  }

  function keepPaused() {
    try {
      if (isPaused) sessionStorage.setItem(PAUSED, ''); else sessionStorage.removeItem(PAUSED);
    } catch { /* It is for this page, then. */ }
  }

  function show() {
    const live = updated ? `Updated at ${updated}.` : 'Updates by itself.';
    says.textContent = problem || (isPaused ? 'Updates are paused.' : live);
    button.textContent = isPaused || problem ? 'Resume updates' : 'Pause updates';
    bar.hidden = false;
  }

  function listen() {
    if (source || isPaused || document.hidden) return;
    source = new EventSource(`/live?since=${encodeURIComponent(known)}`);
    source.addEventListener('news', () => { isBehind = true; ask(); });
    source.addEventListener('error', () => {
      // What only broke comes back by itself.
      if (source?.readyState === EventSource.CLOSED) stop('Updates are off: load the page again.');
    });
  }

  function hang() {
    source?.close();
    source = undefined;
    clearTimeout(timer);
  }

  function stop(why) {
    hang();
    problem = why;
    show();
  }

  function ask() {
    if (isAsking || isPaused || document.hidden) return;
    const rest = restUntil - performance.now();
    clearTimeout(timer);
    if (rest > 0) {
      timer = setTimeout(ask, rest);
      return;
    }
    const began = performance.now();
    isAsking = true;
    isBehind = false;
    // Parsed by the browser as a page, without running anything of it.
    const request = new XMLHttpRequest();
    request.open('GET', location.href);
    request.responseType = 'document';
    request.setRequestHeader('milepost-live', '1');
    request.addEventListener('loadend', () => {
      isAsking = false;
      restUntil = performance.now() + REST * (performance.now() - began);
      const page = request.status === 200 ? request.response : null;
      const fresh = page?.querySelector('[data-live]');
      // Where somebody has to log in again, another page comes.
      if (page && !fresh) return stop('Updates are off: load the page again.');
      if (fresh && !isPaused) {
        known = fresh.dataset.live;
        take(document, page);
        updated = new Date().toLocaleTimeString();
        show();
      }
      if (isBehind) ask();
    });
    request.send();
  }

  // Parts of this page against those of the new one, from the outside in.
  function take(old, page) {
    for (const part of outer(old)) {
      const name = part.dataset.part;
      const fresh = outer(page).find((it) => it.dataset.part === name);
      if (!fresh || fresh.outerHTML === came.get(name)) continue;
      const names = (of) => outer(of).map((it) => it.dataset.part).join();
      if (outer(part).length > 0 && names(part) === names(fresh)) {
        take(part, fresh);
      } else {
        waiting.set(name, fresh);
      }
    }
    settle();
  }

  function outer(of) {
    return [...of.querySelectorAll('[data-part]')].filter((it) => {
      const above = it.parentElement.closest('[data-part]');
      return !above || above === of || !of.contains(above);
    });
  }

  function settle() {
    for (const [name, fresh] of waiting) {
      const part = document.querySelector(`[data-part="${name}"]`);
      if (part && isInUse(part)) continue;
      waiting.delete(name);
      if (!part) continue;
      remember(fresh);
      const kept = [...part.querySelectorAll('.scroll')].map((it) => it.scrollLeft);
      const open = [...part.querySelectorAll('details')].map((it) => it.open);
      part.replaceWith(fresh);
      fresh.querySelectorAll('.scroll').forEach((it, at) => { it.scrollLeft = kept[at] ?? 0; });
      fresh.querySelectorAll('details').forEach((it, at) => { it.open = open[at] ?? it.open; });
    }
  }

  // The focus is in it, text of it is selected, or the pointer is on something that can be pressed.
  function isInUse(part) {
    const selection = getSelection();
    return part.contains(document.activeElement)
      || (!selection.isCollapsed && selection.containsNode(part, true))
      || part.querySelector('a:hover, button:hover, summary:hover, .define:hover') !== null;
  }

  function remember(part) {
    came.set(part.dataset.part, part.outerHTML);
    for (const inner of part.querySelectorAll('[data-part]')) came.set(inner.dataset.part, inner.outerHTML);
  }

  button.addEventListener('click', () => {
    isPaused = !(isPaused || problem);
    problem = '';
    keepPaused();
    if (isPaused) hang(); else listen();
    show();
  });
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) hang(); else if (!problem) listen();
  });
  // A page that comes back from the browser's memory.
  addEventListener('pageshow', listen);
  addEventListener('pagehide', hang);
  for (const done of ['focusout', 'pointerout', 'selectionchange']) {
    document.addEventListener(done, () => {
      if (waiting.size > 0) setTimeout(settle);
    });
  }

  for (const part of outer(document)) remember(part);
  show();
  listen();
})();
