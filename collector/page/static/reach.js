// Whether the server is there. One that only took a breath is not worth a notice.

const BREATH_MS = 1500;

export class Reach {
  /** `onChange` hears when a notice is due, or no more; `onBack` when a server that was lost answers again. */
  constructor({ onChange, onBack }) {
    Object.assign(this, { onChange, onBack, isAway: false, isTold: false });
  }

  lost() {
    // The browser tries again and again: the breath counts from the first time.
    if (!this.isAway) this.breath = setTimeout(() => this.tell(true), BREATH_MS);
    this.isAway = true;
  }

  found() {
    clearTimeout(this.breath);
    this.tell(false);
    if (!this.isAway) return;
    this.isAway = false;
    this.onBack();
  }

  tell(isTold) {
    this.isTold = isTold;
    this.onChange();
  }
}
