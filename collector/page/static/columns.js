// Columns of numbers that grow: typed arrays, so that a hundred thousand jobs are a few megabytes. No DOM.

/** One column. `data` may be longer than `length`, and is another array after it grew. */
export class Column {
  constructor(Type, capacity = 64) {
    this.data = new Type(capacity);
    this.length = 0;
  }

  push(value) {
    this.#room();
    this.data[this.length++] = value;
  }

  insert(at, value) {
    this.#room();
    this.data.copyWithin(at + 1, at, this.length++);
    this.data[at] = value;
  }

  #room() {
    if (this.length < this.data.length) return;
    const grown = new this.data.constructor(this.data.length * 2);
    grown.set(this.data);
    this.data = grown;
  }
}

// A moment that comes so few places late is put into its place; of more, all are sorted when somebody asks.
const NEAR = 256;

/** Moments in order of time, whatever order they came in. */
export class Moments {
  constructor() {
    this.column = new Column(Float64Array);
    this.sorted = true;
  }

  push(time_s) {
    const { data, length } = this.column;
    const place = !length || data[length - 1] <= time_s ? length : above(data, length, time_s);
    if (this.sorted && length - place <= NEAR) return this.column.insert(place, time_s);
    this.sorted = false;
    return this.column.push(time_s);
  }

  /** One of them was another moment. */
  move(from_s, to_s) {
    this.data[above(this.data, this.length, from_s) - 1] = to_s;
    this.sorted = false;
  }

  get length() {
    return this.column.length;
  }

  /** The array in order; only its first `length` values count. */
  get data() {
    if (!this.sorted) this.column.data.subarray(0, this.length).sort();
    this.sorted = true;
    return this.column.data;
  }

  /** How many had happened at `time_s`. */
  count(time_s) {
    return above(this.data, this.length, time_s);
  }
}

/** The first of `length` ordered values that is greater than `value`, as an index. */
export function above(data, length, value) {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (data[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The same among `data[index]` for the indices of a column. */
export function aboveOf(column, data, value, from = 0) {
  const indices = column.data;
  let low = from;
  let high = column.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (data[indices[middle]] <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
