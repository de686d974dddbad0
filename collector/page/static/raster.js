// The plot of the lanes as pixels of our own. Tens of thousands of small patterned rectangles cost a canvas a microsecond or
// more each; written into one array, and put on the canvas at once, they cost the pixels that they cover.

/** A picture of `width` by `height` device pixels. A paint is a list of rows, each as wide as the picture. */
export class Raster {
  constructor(context, width, height) {
    this.image = context.createImageData(width, height);
    this.pixels = new Uint32Array(this.image.data.buffer);
    this.width = width;
    this.height = height;
    // Nothing is drawn above this.
    this.top = 0;
  }

  fill(paint) {
    this.pixels.fill(paint[0][0]);
  }

  rect(paint, x, y, width, height) {
    const from = Math.max(0, x);
    const to = Math.min(this.width, x + width);
    const bottom = Math.min(this.height, y + height);
    const { pixels } = this;
    for (let row = Math.max(this.top, y); row < bottom; row++) {
      const colours = paint[(row - y) % paint.length];
      let at = row * this.width + from;
      for (let column = from; column < to; column++) pixels[at++] = colours[column];
    }
  }

  putOn(context, x) {
    context.putImageData(this.image, x, 0);
  }
}

/** A tile of pixels, repeated to the width of a raster; `over` and `alpha` lay it thinly over another paint. */
export function paintOf({ side, pixels }, width, over = null, alpha = 1) {
  return Array.from({ length: side }, (_, y) => {
    const row = new Uint32Array(width);
    for (let x = 0; x < width; x++) {
      const colour = pixels[y * side + (x % side)];
      row[x] = over ? mixed(over[0][0], colour, alpha) : colour;
    }
    return row;
  });
}

function mixed(under, over, alpha) {
  let colour = 0;
  for (let shift = 0; shift < 32; shift += 8) {
    const [a, b] = [(under >>> shift) & 255, (over >>> shift) & 255];
    colour |= Math.round(a + (b - a) * alpha) << shift;
  }
  return colour >>> 0;
}
