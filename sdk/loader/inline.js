/**
 * `<milepost-survey survey="…">`: a place in the page for a survey. Knows which there are; draws nothing.
 *
 * The element stays the page's own: it may be put in late, moved, taken out and put back, also inside shadow roots.
 */
const NAME = 'milepost-survey';

/** Elements in the page, in the order of their coming. */
const there = new Set();

/** The element for a survey, the first where there are several. */
export const elementOf = (survey) => [...there].find((it) => it.getAttribute('survey') === survey);

/** From now on `changed(element, survey)` hears of elements that come and go, and of those that are there already. */
export const watch = (changed) => {
  const look = (element) => {
    const survey = element.getAttribute('survey');
    const isNews = element.isConnected ? survey && !there.has(element) && there.add(element) : there.delete(element);
    if (isNews) changed(element, survey);
  };
  // Two copies of the SDK, or two versions: the first defines, all hear.
  if (!customElements.get(NAME)) {
    customElements.define(
      NAME,
      class extends HTMLElement {
        static heard = [];
        static observedAttributes = ['survey'];
        tell() {
          // Moving takes it out and puts it back: who is out a moment later is gone.
          queueMicrotask(() => this.constructor.heard.forEach((it) => it(this)));
        }
        connectedCallback() {
          this.tell();
        }
        disconnectedCallback() {
          this.tell();
        }
        attributeChangedCallback() {
          this.tell();
        }
      },
    );
  }
  customElements.get(NAME).heard?.push(look);
  for (const element of document.querySelectorAll(NAME)) look(element);
};
