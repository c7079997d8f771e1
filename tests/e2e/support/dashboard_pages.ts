// The dashboard's pages, for tests that look at each of them. A name is the name of its pictures in docs/images/pages.
import type { RunningStack } from "./running_stack.ts";

const PAGES = {
  overview: "/overview",
  journeys: "/journeys",
  journey: "/journeys/onboarding",
  "journey-by-trait": "/journeys/onboarding?by=plan",
  "journey-compared": "/journeys/onboarding?segment=stuck-on-pro&compare=others",
  "journey-people": "/journeys/onboarding/people?milestone=company-created&standing=reached",
  waiting: "/journeys/onboarding/waiting",
  cohorts: "/journeys/onboarding/cohorts",
  "cohort-people": "/journeys/onboarding/cohorts/people",
  next: "/journeys/onboarding/next?milestone=company-created",
  "next-people": "/journeys/onboarding/next/people?did=nothing",
  retention: "/retention",
  "retention-people": "/retention/people",
  hesitation: "/hesitation",
  "hesitation-page": "/hesitation/page?page=/pricing",
  "hesitation-people": "/hesitation/people?who=hesitated",
  surveys: "/surveys",
  responses: "/responses",
  accounts: "/accounts",
  users: "/users",
  segments: "/segments?where=plan%20%3D%20pro",
  segment: "/segments/at-risk",
  views: "/views",
  "own-account": "/account",
  operators: "/operators",
  "operators-log": "/operators/log",
  api: "/docs/api",
};

export interface DashboardPage {
  name: string;
  path: string;
}

/** Also those about one user, one account and one survey: the first there are. */
export async function dashboardPages(stack: RunningStack): Promise<DashboardPage[]> {
  const { rows } = (await stack.getJson("/v1/users?who=identified&limit=1")) as { rows: { user: string; account: string }[] };
  const { surveys } = (await stack.getJson("/v1/surveys")) as { surveys: { id: string }[] };
  const [person] = rows;
  const [survey] = surveys;
  const ofOne = { user: `/users/${person?.user}`, account: `/accounts/${person?.account}`, survey: `/surveys/${survey?.id}` };
  return Object.entries({ ...PAGES, ...ofOne }).map(([name, path]) => ({ name, path }));
}
