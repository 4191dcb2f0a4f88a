/** Smooth values for the part of a picture that is not known, from the part that is. */

const RELAXATIONS = 12;

/**
 * Fill the holes of one plane in place with a membrane over them: nearly the solution of the Laplace equation, each value
 * the mean of its neighbours. It runs from coarse to fine (the pull-push pyramid of Gortler et al. 1996, relaxed at every
 * level), so that the time is a few passes whatever the size of the holes. Without a known value nothing is changed.
 *
 * @param known per value: 0 is a hole, anything else is kept.
 */
export function fillHoles(
  plane: Float32Array,
  known: Uint8Array,
  width: number,
  height: number,
): void {
  const hasHole = known.includes(0);
  const hasKnown = known.some((value) => value !== 0);
  if (!hasHole || !hasKnown) return;
  if (width > 1 || height > 1) {
    const coarse = halve(plane, known, width, height);
    fillHoles(coarse.plane, coarse.known, coarse.width, coarse.height);
    for (let y = 0, i = 0; y < height; y++) {
      for (let x = 0; x < width; x++, i++) {
        if (known[i] === 0) plane[i] = coarse.plane[(y >> 1) * coarse.width + (x >> 1)]!;
      }
    }
  }
  relax(plane, known, width, height);
}

/** Means of the known values of each 2x2; a hole where there is none. */
function halve(plane: Float32Array, known: Uint8Array, width: number, height: number) {
  const half = { width: (width + 1) >> 1, height: (height + 1) >> 1 };
  const sums = new Float32Array(half.width * half.height);
  const counts = new Uint8Array(sums.length);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (known[i] === 0) continue;
      const at = (y >> 1) * half.width + (x >> 1);
      sums[at] = sums[at]! + plane[i]!;
      counts[at] = counts[at]! + 1;
    }
  }
  for (let i = 0; i < sums.length; i++) if (counts[i]! > 0) sums[i] = sums[i]! / counts[i]!;
  return { plane: sums, known: counts, ...half };
}

/** Gauss-Seidel passes over the holes, in alternating directions. Beyond the border the value itself stands. */
function relax(plane: Float32Array, known: Uint8Array, width: number, height: number): void {
  const holes: number[] = [];
  for (let i = 0; i < known.length; i++) if (known[i] === 0) holes.push(i);
  for (let pass = 0; pass < RELAXATIONS; pass++) {
    for (let k = 0; k < holes.length; k++) {
      const i = holes[pass % 2 === 0 ? k : holes.length - 1 - k]!;
      const x = i % width;
      const here = plane[i]!;
      const sum =
        (x > 0 ? plane[i - 1]! : here) +
        (x + 1 < width ? plane[i + 1]! : here) +
        (i >= width ? plane[i - width]! : here) +
        (i + width < width * height ? plane[i + width]! : here);
      plane[i] = sum / 4;
    }
  }
}
