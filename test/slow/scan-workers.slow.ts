/** 2,000 images, two workers, each killed once (kill -9), and the scan itself as well: 2,000 results, none twice. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startRedis } from '../support/redis.js';
import { rowsOf, scanWithKills } from '../support/scan-with-kills.js';

it('2 workers, 2,000 images, workers killed twice and the scan once', async () => {
  const redis = await startRedis();
  try {
    const started = performance.now();
    const { dir, said } = await scanWithKills({
      url: redis.url,
      images: 2000,
      killAt: [500, 1500],
      killScanAt: [1000],
      lockSeconds: 5,
    });
    const rows = rowsOf(dir);
    console.log(
      `${rows.length} rows in ${((performance.now() - started) / 1000).toFixed(0)} s\n${said}`,
    );
    expect(rows.length).toBe(2000);
    expect(new Set(rows.map(({ file }) => file.path)).size).toBe(2000);
    for (const row of rows) {
      expect(row).toHaveProperty('verdict');
      const { path } = row.file;
      const sha256 = createHash('sha256')
        .update(readFileSync(join(dir, path!)))
        .digest('hex');
      expect(row.file).toMatchObject({ sha256 });
    }
  } finally {
    await redis.kill();
  }
});
