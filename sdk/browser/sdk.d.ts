/**
 * Milepost in the page: the whole public surface. Changing this file is changing a promise.
 *
 * Everything goes through one function. Before the SDK has loaded, calls wait in a queue
 * (see `sdk/README.md` for the snippet); afterwards they take effect at once. No call ever throws.
 */

/** Values that survive `JSON.stringify`. What does not (cycles, `BigInt`) is left out, with a warning. */
export type Properties = Record<string, unknown>;

/** What the visitor decided. While `pending`, calls wait in memory: nothing is stored, nothing leaves the page. */
export type Consent = "granted" | "denied" | "pending";

/** Lets a listener go. `undefined` where the SDK has not loaded yet. */
export type Unsubscribe = (() => void) | undefined;

export interface Topics {
  /** Consent is granted and the visitor is known. Latecomers are told as well. */
  ready: { anonymousId: string };
  /** A message joined the queue: the message as it will be sent. */
  message: Message;
  /** A session began or is continued: it ends after 30 minutes of silence or 24 hours. */
  session: { sessionId: string };
  /** A milestone is reached: told once per visitor, as far as this browser knows. */
  milestone: { journey: string; milestone: string; name: string; isValue: boolean };
  /** A survey was shown, answered in part, completed or dismissed. */
  survey: SurveyNews;
  /** Something to repair; nothing that stops the page. */
  warning: { code: Warning };
}

export interface SurveyNews {
  what: "shown" | "answered" | "completed" | "dismissed";
  survey: string;
  /** Ties all news of one filling-in together. */
  submission: string;
  surface: "popover" | "inline" | "tab";
  /** Of the texts, as a BCP 47 tag. */
  language: string;
  /** What brought it up. */
  trigger: "message" | "reached" | "overdue" | "hesitation" | "timeOnPage" | "code" | "tab" | "inline";
  /** The step that was answered, or at which it was dismissed; and what was answered, as the step's kind has it. */
  step?: string;
  kind?: string;
  score?: number;
  choices?: string[];
  other?: string;
  text?: string;
  agreed?: boolean;
  passed?: true;
  /** How it was dismissed. */
  how?: "closed" | "notNow" | "never" | "timedOut";
}

export type Warning =
  /** A part that is loaded on demand (the inspector, the receipt) could not be had. */
  | "chunk_unavailable"
  /** No such command. */
  | "command_unknown"
  /** Neither granted, denied nor pending. */
  | "consent_unknown"
  /** The configuration of this write key could not be read: the SDK is older than the collector. */
  | "config_unreadable"
  /** `group`, `alias`, `milestone` or `ask` without an id. */
  | "id_missing"
  /** More than 32 KB. */
  | "message_too_large"
  /** `track` without a name, or a name or id of more than 512 bytes. */
  | "name_missing_or_too_long"
  /** A `data-*` attribute of the script tag has a value that is not in `sdk/README.md`. */
  | "option_unknown"
  /** Properties or traits are no object, or cannot become JSON. The message goes without them. */
  | "properties_unusable"
  /** No room: the oldest message was dropped. */
  | "queue_full"
  /** The collector refused messages for good, most likely because of the write key. */
  | "refused_by_collector"
  /** An error of ours: from now on this page's calls are recorded and delivered, and nothing more. */
  | "sdk_stopped"
  /** More than 2,048 characters. */
  | "token_too_long";

/** A message after Segment's spec. */
export interface Message {
  type: "track" | "identify" | "group" | "page" | "alias";
  messageId: string;
  anonymousId: string;
  userId?: string;
  event?: string;
  name?: string;
  groupId?: string;
  previousId?: string;
  properties?: Properties;
  traits?: Properties;
  context: Record<string, unknown>;
  /** ISO 8601. */
  originalTimestamp: string;
}

export interface Milepost {
  /** Somebody did something: `milepost("track", "Invoice Sent", { total: 120 })`. */
  (command: "track", event: string, properties?: Properties): void;
  /**
   * Who this is. Another user id than before begins a new visitor, with a new anonymous id and session.
   * `token` is the JWT by which your server proves the user id; it is sent along, and kept only with messages that wait to be sent.
   */
  (command: "identify", userId: string | number | null, traits?: Properties, options?: { token?: string }): void;
  /** Which customer company this user belongs to. */
  (command: "group", accountId: string | number, traits?: Properties): void;
  /** A page was looked at. Pages and routes are announced by themselves unless `data-page-views="manual"`. */
  (command: "page", name?: string, properties?: Properties): void;
  (command: "page", properties: Properties): void;
  /** The same person under another id; `previousId` defaults to the current one. */
  (command: "alias", userId: string | number, previousId?: string | number): void;
  /** Forget who this is: new anonymous id, new session, nothing reached. Call it on logout. */
  (command: "reset"): void;
  /** Not remembered: say it on every page. `denied` also deletes what is stored and waits. */
  (command: "consent", consent: Consent): void;
  /**
   * In which situation the page is used, such as `trial` or `wizard step 2`: what is normal is learned for each by
   * itself. Stays until it is said anew; without a name, none in particular.
   */
  (command: "context", name?: string): void;
  /** Your code knows that a milestone is reached. */
  (command: "milestone", id: string): void;
  /** Show this survey now: it waits for no pause, but for fields, dialogs, other prompts, the budget and its own schedule. */
  (command: "ask", survey: string): void;
  /** Open the inspector: milestones, hesitation, and why each prompt is shown or not. Also with `?milepost_debug=1`. */
  (command: "debug"): void;
  debug(): void;
  /** Hear what happens. An error that the callback throws is reported as the page's own. */
  <Topic extends keyof Topics>(command: "on", topic: Topic, callback: (detail: Topics[Topic]) => void): Unsubscribe;
}

declare global {
  // eslint-disable-next-line no-var
  var milepost: Milepost;
}
