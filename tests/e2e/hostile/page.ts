// What a hostile page is made of; the tables beside this file are lists of these.
import type { Visit } from "./visit.ts";

/** Where the page and the vendor are: two origins. */
export interface Urls {
  /** The vendor's origin, with the SDK and the collector. */
  vendor: string;
  /** The write key of this visit: by it the collector tells visits apart. */
  key: string;
}

export interface HostilePage {
  name: string;
  /** The page's own script, before anything of ours. It may set `holds`: a function that says what of the page is broken. */
  before?: string;
  /** The page's own script at the end of its body. */
  after?: string;
  body?: string;
  /** How the SDK gets in; else stub and asynchronous tag. */
  tag?: (urls: Urls) => string;
  /** The whole document, where head and body are not enough. `parts` is what would stand in the head. */
  document?: (parts: string, urls: Urls) => string;
  headers?: (urls: Urls) => Record<string, string>;
  /** Of the document. */
  type?: string;
  /** How the vendor answers a request for the module. */
  module?: "missing" | "a page" | "cut off" | "another's";
  /** What happens once the first message is there, or cannot come. */
  act?: (visit: Visit) => Promise<void>;
  /** No message can leave; or none before the page goes; or none when it goes. */
  delivers?: false | "at the end" | "by itself";
  /** No question can be drawn; or what takes it away comes in `act`. */
  asks?: false;
  /** The document around the frame that has the SDK; `%KEY%` in it is the visit's. */
  around?: string;
  /** What the browser or the page itself says in the console, and has to. */
  expected?: RegExp[];
  /** Another page here is much like it: left out of the short run. */
  isRelated?: true;
  /** Chromium can do it, or shows what it is about. */
  only?: "chromium";
}

export const STUB = "window.milepost=window.milepost||function(){(milepost.q=milepost.q||[]).push(arguments)};";

export const source = ({ vendor }: Urls, file = "sdk.js"): string => `${vendor}/${file}`;

export const usualTag = (urls: Urls): string =>
  `<script async src="${source(urls)}" data-key="${urls.key}"></script>`;
