// Comforts only: every page works without this file. It knows no data and asks for none.
'use strict';

// Copy buttons appear where copying is possible.
for (const button of document.querySelectorAll('[data-copy]')) {
  if (!navigator.clipboard) break;
  const label = button.textContent;
  button.hidden = false;
  button.addEventListener('click', async () => {
    const source = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(source.textContent);
      button.textContent = 'Copied';
    } catch {
      getSelection().selectAllChildren(source);
      button.textContent = 'Press Ctrl+C';
    }
    setTimeout(() => { button.textContent = label; }, 2000);
  });
}

// Escape puts a definition away without moving pointer or focus (WCAG 1.4.13).
// Listened for on the document: parts of a page come and go while it is open.
for (const left of ['pointerout', 'focusout']) {
  document.addEventListener(left, (event) => {
    const define = event.target.closest?.('.define.dismissed');
    if (define && !define.contains(event.relatedTarget)) define.classList.remove('dismissed');
  });
}
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') return;
  // Only what is open: any other is still to be read.
  for (const define of document.querySelectorAll('.define:hover, .define:focus-within')) define.classList.add('dismissed');
});

// Escape and a press elsewhere close an open menu.
const closeMenus = (except) => {
  for (const menu of document.querySelectorAll('.menu[open]')) if (!menu.contains(except)) menu.open = false;
};
document.addEventListener('pointerdown', (event) => closeMenus(event.target));
document.addEventListener('keydown', (event) => {
  const menu = event.key === 'Escape' && event.target.closest('.menu[open]');
  if (!menu) return;
  menu.open = false;
  menu.querySelector('summary').focus();
});

// A slash goes to the search field, from anywhere but where something is typed; an operator can switch that off
// (WCAG 2.1.4).
document.addEventListener('keydown', (event) => {
  if (document.body.dataset.shortcuts === 'off') return;
  if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.isComposing || event.target.closest('input, select, textarea') || event.target.isContentEditable) return;
  const search = document.querySelector('input[type="search"]');
  if (!search) return;
  event.preventDefault();
  search.focus();
  search.select();
});

// Up and down go from bar to bar.
for (const list of document.querySelectorAll('[data-arrows]')) {
  list.addEventListener('keydown', (event) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const bars = [...list.querySelectorAll('a.bar')];
    const at = bars.indexOf(document.activeElement);
    if (!by || at < 0 || !bars[at + by]) return;
    event.preventDefault();
    bars[at + by].focus();
  });
}
