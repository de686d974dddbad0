// An exercise under way: its runs come one after another, and only when the last is over there is an answer. No DOM.

export class Course {
  constructor() {
    this.awaits = null;
  }

  /** Whether runs that are over are no answer yet. */
  get isUnderWay() {
    return this.awaits !== null;
  }

  /** News of the lab: `{ keep }` tells which exercise somebody is at, `{ run }` the one to be shown now that there is an answer. */
  hear({ asking, exercises, refused }) {
    const latest = (name) => exercises.find((each) => each.name === name)?.result?.run;
    if (asking) {
      const { exercise } = asking;
      // The answer is there when a newer one than now is stored.
      if (exercise !== this.awaits?.exercise) this.awaits = exercise ? { exercise, before: latest(exercise) } : null;
      return exercise ? { keep: asking } : {};
    }
    if (!this.awaits) return {};
    const run = latest(this.awaits.exercise);
    const isOver = Boolean(run) && run !== this.awaits.before;
    if (isOver || refused) this.awaits = null;
    return isOver ? { run } : {};
  }
}
