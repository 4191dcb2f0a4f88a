import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { ImprintError } from '../../src/core/index.js';
import { openFolder, OPSET_RANGE } from '../../src/onnx/index.js';
import { readGraphFile } from '../../src/onnx/graph-file.js';
import { throwsWithCode } from '../support/throws-with-code.js';

const dir = mkdtempSync(join(tmpdir(), 'imprint-graph-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** Protobuf: a number, or bytes with their length in front. */
const field = (number: number, value: number | string | Buffer): Buffer => {
  if (typeof value === 'number') return Buffer.from([number << 3, value]);
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([(number << 3) | 2, bytes.length]), bytes]);
};
const join2 = (...parts: Buffer[]): Buffer => Buffer.concat(parts);

/** TypeProto of a float vector of one value. */
const FLOATS = field(1, join2(field(1, 1), field(2, field(1, field(1, 1)))));

interface Made {
  opset?: number;
  location?: string;
}

/** b = -a, and a weight of 2 x 3 half-precision values that nothing uses. */
function model({ opset = 17, location }: Made = {}): Buffer {
  const outside =
    location === undefined ? [] : [field(13, join2(field(1, 'location'), field(2, location)))];
  const data = location === undefined ? [field(9, Buffer.alloc(12))] : [field(14, 1)];
  const weight = join2(field(1, 2), field(1, 3), field(2, 10), field(8, 'w'), ...outside, ...data);
  const graph = join2(
    field(1, join2(field(1, 'a'), field(2, 'b'), field(4, 'Neg'))),
    field(2, 'g'),
    field(5, weight),
    field(11, join2(field(1, 'a'), field(2, FLOATS))),
    field(12, join2(field(1, 'b'), field(2, FLOATS))),
  );
  return join2(field(1, 8), field(7, graph), field(8, field(2, opset)));
}

function written(bytes: Uint8Array): string {
  const path = join(dir, 'model.onnx');
  writeFileSync(path, bytes);
  return path;
}

describe('readGraphFile', () => {
  it('tells operators, operator set and weights', async () => {
    const graph = await readGraphFile(written(model()));
    expect(graph.opsets).toEqual(new Map([['', 17]]));
    expect(graph.operators).toEqual(new Set(['Neg']));
    expect([graph.weightBytes, graph.halfBytes, graph.externals]).toEqual([12, 12, []]);
  });

  it('finds weights beside the graph, and refuses those outside its folder', async () => {
    const graph = await readGraphFile(written(model({ location: 'model.onnx_data' })));
    expect(graph.externals).toEqual(['model.onnx_data']);
    for (const location of ['../x', '/etc/passwd', 'a/../../x', 'C:\\x', '..\\x']) {
      await throwsWithCode(() => readGraphFile(written(model({ location }))), 'ONNX_LOAD_FAILED');
    }
  });

  it('answers or refuses whatever bytes there are', async () => {
    const whole = model();
    await fc.assert(
      fc.asyncProperty(
        fc.nat(whole.length - 1),
        fc.uint8Array({ minLength: 1, maxLength: 4 }),
        fc.boolean(),
        async (at, noise, cuts) => {
          const bytes = Buffer.from(whole);
          bytes.set(noise.subarray(0, bytes.length - at), at);
          const path = written(cuts ? bytes.subarray(0, at) : bytes);
          await readGraphFile(path).catch((error: unknown) => {
            expect(error).toBeInstanceOf(ImprintError);
          });
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe('the operator sets that the runtime runs', () => {
  it.each([
    [OPSET_RANGE[0], true],
    [OPSET_RANGE[1], true],
    [OPSET_RANGE[1] + 1, false],
  ])('%i: %s', async (opset, loads) => {
    const home = mkdtempSync(join(dir, 'folder-'));
    mkdirSync(join(home, 'unet'));
    writeFileSync(join(home, 'unet/model.onnx'), model({ opset }));
    const folder = openFolder(home, { threads: 1 });
    const outcome = await folder.load('unet').then(
      () => true,
      () => false,
    );
    await folder.dispose();
    expect(outcome).toBe(loads);
  });
});
