/** Tabs, the key, and the three things that can be done. */
import { startKey } from './api.js';
import { byId } from './dom.js';
import { startGenerate, startMark } from './make.js';
import { startVerify } from './verify.js';

const tabs = [...document.querySelectorAll<HTMLButtonElement>('[role=tab]')];

function select(tab: HTMLButtonElement): void {
  for (const other of tabs) {
    const chosen = other === tab;
    other.setAttribute('aria-selected', String(chosen));
    other.tabIndex = chosen ? 0 : -1;
    byId(other.getAttribute('aria-controls')!, HTMLElement).hidden = !chosen;
  }
}

/** Arrow keys move between tabs (WAI-ARIA Authoring Practices, tabs). */
const STEPS: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowLeft: -1 };
for (const [index, tab] of tabs.entries()) {
  tab.addEventListener('click', () => select(tab));
  tab.addEventListener('keydown', (event) => {
    const step = STEPS[event.key];
    if (step === undefined) return;
    const next = tabs[(index + step + tabs.length) % tabs.length]!;
    select(next);
    next.focus();
  });
}

startKey(byId('key', HTMLInputElement));
startVerify();
startMark();
startGenerate();
