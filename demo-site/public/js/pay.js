// The payment page, for a customer of our customer.

import { get, post } from "./api.js";
import { el } from "./dom.js";
import { formatMoney } from "./money.js";
import { sheetParts, statusBadge } from "./invoice-sheet.js";

const place = document.getElementById("invoice");
const id = location.pathname.split("/").pop();

try {
  show(await get(`/api/invoices/${id}/public`));
} catch (error) {
  place.replaceChildren(el("h1", {}, "There is no invoice here"), el("p", { class: "hint" }, error.message));
}

function show({ company, invoice, mentionsLedgerly }) {
  document.title = `Invoice ${invoice.number} from ${company}`;
  document.getElementById("mention").hidden = !mentionsLedgerly;
  const total = formatMoney(invoice.totalCents, invoice.currency);
  const paid = invoice.status === "paid";
  // Whoever pays does not care that it was sent.
  const badge = paid ? statusBadge("paid") : el("span", { class: "badge sent" }, "To pay");
  const heading = el("h1", { tabindex: "-1" }, paid ? "Paid, thank you" : `${company} asks for ${total}`);
  const problem = el("p", { class: "form-error", role: "alert", hidden: true });
  const button = el("button", { id: "pay", class: "button large wide", type: "button" }, `Pay ${total}`);

  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      show(await post(`/api/invoices/${id}/pay`));
      place.querySelector("h1").focus();
    } catch (error) {
      problem.textContent = error.message;
      problem.hidden = false;
      button.disabled = false;
    }
  });

  place.classList.add("sheet");
  place.replaceChildren(heading, el("div", {}, ...sheetParts(company, invoice, badge)), problem, ...(paid ? [] : [button]));
}
