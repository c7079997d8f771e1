// Bundled into a page by `segment_page.ts`: Segment's own browser client, as a product uses it.
import { AnalyticsBrowser, type AnalyticsBrowserSettings, type InitOptions } from "@segment/analytics-next";

export type Connect = (settings: AnalyticsBrowserSettings, options: InitOptions) => AnalyticsBrowser;

declare global {
  var connect: Connect;
}

globalThis.connect = (settings, options) => AnalyticsBrowser.load(settings, options);
