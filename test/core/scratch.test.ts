import { describe, expect, it } from 'vitest';
import { createRoom, createScratch } from '../../src/core/index.js';

describe('memory that is used again', () => {
  it('is one buffer for one holder, which grows', () => {
    const scratch = createScratch(Float32Array);
    const first = scratch(10);
    expect(first).toHaveLength(10);
    expect(scratch(4).buffer).toBe(first.buffer);
    expect(scratch(4)).toHaveLength(4);
    expect(scratch(11).buffer).not.toBe(first.buffer);
  });

  it('is never given to two takers at once', () => {
    const room = createRoom();
    const first = room.take(100);
    const second = room.take(100);
    expect(second).not.toBe(first);
    room.give(first);
    expect(room.take(50)).toBe(first);
    expect(room.take(50)).not.toBe(first);
  });

  it('is the largest of what was given back, and never too small', () => {
    const room = createRoom();
    const [small, large] = [room.take(10), room.take(100)];
    room.give(large);
    room.give(small);
    expect(room.take(60)).toBe(large);
    expect(room.take(10).byteLength).toBeGreaterThanOrEqual(10);
    room.give(small);
    expect(room.take(11).byteLength).toBeGreaterThanOrEqual(11);
  });
});
