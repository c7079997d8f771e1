// A request the product does not carry out, with words for the person who asked.

export class Refusal extends Error {
  /** `fields` maps a form field's name to what is wrong with it. */
  constructor(status, message, fields = {}) {
    super(message);
    this.status = status;
    this.fields = fields;
  }
}
