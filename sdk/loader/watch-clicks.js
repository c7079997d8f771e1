/** Clicks: on what they were, and whether help was looked for. Reads no text; attributes only through selectors. */
import { CLICKED, CONTROL, HELP, OPAQUE, PLAIN } from './observation.js';
import { reactions } from './reactions.js';
import { target } from './target.js';
import { FIELDS } from './watch-fields.js';

/** What comes of a click here is out of sight; fields answer with the focus. */
const OUT_OF_SIGHT = /* @__PURE__ */ [
  FIELDS,
  'canvas,video,audio,iframe,embed,object,option,a[download],a[target=_blank],[class*=copy i],[id*=copy i],[aria-label*=copy i],[title*=copy i],[data-clipboard-text]',
].join();

const CONTROLS =
  'a[href],button,input,label,summary,[onclick],[role=button],[role=link],[role=tab],[role^=menuitem],[role=switch],[role=checkbox],[role=radio],[role=option]';

const TELLING = /* @__PURE__ */ [OUT_OF_SIGHT, CONTROLS].join();

const HELPFUL =
  'a[href*=help i],a[href*=support i],a[href*=faq i],a[href*="/docs" i],[aria-label*=help i],[data-milepost-help]';

/** The nearest on the way up that says what it is. */
const surface = (element) => {
  const it = element.closest(TELLING);
  if (!it) return getComputedStyle(element).cursor === 'pointer' ? CONTROL : PLAIN;
  // Links to elsewhere open programs, or leave before anybody can look. Inside of shadow trees changes are not seen.
  const isElsewhere = it.origin && it.origin !== location.origin;
  return isElsewhere || it.getRootNode() !== document || (it.control || it).matches(OUT_OF_SIGHT) ? OPAQUE : CONTROL;
};

export const watchClicks = (on, tell, ours) => {
  const { press, react, clicked } = reactions(on, tell, ours);
  let last;

  const click = (event) => {
    const [it] = event.composedPath();
    const isAlive = clicked(event);
    tell(CLICKED, target(it), surface(it), isAlive);
    if (it.closest(HELPFUL)) tell(HELP);
  };

  on('pointerdown', (event) => {
    press(event);
    // Chrome keeps clicks on these to itself.
    if (event.composedPath()[0].closest('button:disabled')) click(event);
  });
  on('click', (event) => {
    const { isTrusted, timeStamp, ctrlKey, metaKey, shiftKey, altKey } = event;
    // A script clicks: perhaps on a file field, or on a link that it made.
    if (!isTrusted) return react();
    // A click on a label is followed by one on its field, of the same time.
    if (timeStamp !== last && !ctrlKey && !metaKey && !shiftKey && !altKey) click(event);
    last = timeStamp;
  });
};
