// An address inside the app that leads nowhere.

import { el } from "../../dom.js";

export function notFoundView() {
  return {
    title: "Not found",
    content: [
      el("h1", {}, "There is nothing here"),
      el("p", { class: "hint" }, "It may have been a draft that was sent, or a link from another company."),
      el("p", {}, el("a", { class: "button", href: "/app" }, "Home")),
    ],
  };
}
