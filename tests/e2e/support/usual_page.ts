// What is normal on most pages of these tests, and what that weighs.
import { around, aroundSigned, type Page, rarely, rarelySigned } from "./hesitation_model.ts";

/** A page on which people act within seconds. */
export const QUICK: Page["curves"] = {
  FirstAction: aroundSigned(3_000),
  IdleAfterClick: around(1_500),
  IdleAfterTyping: around(1_500),
  IdleAfterScrolling: around(2_000),
  TimeHere: around(90_000),
  Visit: around(30_000),
  FieldLatency: around(1_500),
  Response: around(60),
  Returns: rarelySigned,
  ReEdits: rarely,
  ScrollReversals: rarely,
};

/** As a site weighs them that has learned for a while. */
export const WEIGHTS = {
  idle: 1_600,
  firstAction: 1_900,
  stall: 1_800,
  returns: 1_400,
  reEdits: 1_300,
  fieldLatency: 300,
  invalid: 1_800,
  deadClicks: 1_800,
  quickBack: 200,
  help: 900,
  timeHere: 100,
};
