/** Clicks: on what they were, and whether help was looked for. Reads no text; attributes only through selectors. */
import { matches } from './matches.js';
import { CLICKED, CONTROL, HELP, OPAQUE, PLAIN } from './observation.js';
import { reactions } from './reactions.js';
import { target } from './target.js';
import { FIELDS } from './watch-fields.js';

/** What comes of a click here is out of sight; fields answer with the focus. */
const OUT_OF_SIGHT =
  FIELDS +
  ',canvas,video,audio,iframe,embed,object,option,a[download],a[target=_blank],[class*=copy i],[id*=copy i],[aria-label*=copy i],[title*=copy i],[data-clipboard-text]';

const CONTROLS =
  'a[href],button,input,label,summary,[onclick],[role=button],[role=link],[role=tab],[role^=menuitem],[role=switch],[role=checkbox],[role=radio],[role=option]';

const HELPFUL =
  'a[href*=help i],a[href*=support i],a[href*=faq i],a[href*="/docs" i],[aria-label*=help i],[data-milepost-help]';

/** The first on the way up that says what it is. */
const surface = (path) => {
  for (const it of path) {
    // Links to elsewhere open programs, or leave before anybody can look. Inside of shadow trees changes are not seen.
    const isElsewhere = it.origin && it.origin !== location.origin;
    if (isElsewhere || it instanceof ShadowRoot || matches(it.control || it, OUT_OF_SIGHT)) return OPAQUE;
    if (matches(it, CONTROLS)) return it.getRootNode() === document ? CONTROL : OPAQUE;
  }
  return getComputedStyle(path[0]).cursor === 'pointer' ? CONTROL : PLAIN;
};

export const watchClicks = (on, tell, ours) => {
  const { press, react, clicked } = reactions(on, tell, ours);
  let last;

  const click = (event) => {
    const path = event.composedPath();
    tell(CLICKED, target(path[0]), surface(path), clicked(event));
    if (path.some((it) => matches(it, HELPFUL))) tell(HELP);
  };

  on('pointerdown', (event) => {
    press(event);
    // Chrome keeps clicks on these to itself.
    if (event.composedPath().some((it) => matches(it, 'button:disabled'))) click(event);
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
