/**
 * `<milepost-survey survey="…">`: a place in the page for a survey. Knows which there are; draws nothing.
 *
 * The element stays the page's own: it may be put in late, moved, taken out and put back, also inside shadow roots.
 */
import { GONE, THERE } from './survey-said.js';

const NAME = 'milepost-survey';

/** Elements in the page, in the order of their coming. */
const there = new Set();

/** The element for a survey, the first where there are several. */
export const elementOf = (survey) => [...there].find((it) => it.getAttribute('survey') === survey);

/** From now on `said(what, survey)` hears of elements that come and go, and of those that are there already. */
export const attend = (said) => {
  const came = (element) => {
    const survey = element.getAttribute('survey');
    if (!survey || there.has(element)) return;
    there.add(element);
    said(THERE, survey);
  };
  // Moving it takes it out and puts it back: whoever is still out a moment later is gone.
  const went = (element) =>
    queueMicrotask(() => {
      if (element.isConnected || !there.delete(element)) return;
      said(GONE, element.getAttribute('survey'));
    });
  // Two copies of the SDK, or two versions: the first defines, all hear.
  if (!customElements.get(NAME)) {
    customElements.define(
      NAME,
      class extends HTMLElement {
        static heard = [];
        static observedAttributes = ['survey'];
        tell(at) {
          for (const heard of this.constructor.heard) heard[at](this);
        }
        connectedCallback() {
          this.tell(0);
        }
        attributeChangedCallback() {
          if (this.isConnected) this.tell(0);
        }
        disconnectedCallback() {
          this.tell(1);
        }
      },
    );
  }
  customElements.get(NAME).heard?.push([came, went]);
  for (const element of document.querySelectorAll(NAME)) came(element);
};
