/**
 * Writers that use quantisation tables of their own, by the digest of these tables and the sampling factors.
 * The digests are facts published with ExifTool's JPEGDigest (Jens Duttke, Phil Harvey, Franz Buchinger);
 * this is a small part of them. A match names who uses such tables, never who made this file: tables are copied
 * with the encoder, and anyone can choose them.
 */

export interface JpegWriter {
  kind: 'camera' | 'editor';
  name: string;
}

const WRITERS: Readonly<Record<string, JpegWriter>> = {
  '683506a889c78d9bc230a0c7ee5f62f3:221111': { kind: 'editor', name: 'Adobe Photoshop, quality 0' },
  'bc490651af6592cd1dbbbc4fa2cfa1fb:221111': { kind: 'editor', name: 'Adobe Photoshop, quality 1' },
  'ce4286d9f07999524c3c7472b065c5ab:221111': { kind: 'editor', name: 'Adobe Photoshop, quality 2' },
  'cbfbfef12aead8841585ef605c789b9f:221111': { kind: 'editor', name: 'Adobe Photoshop, quality 3' },
  'a0772e73dec2bdc4057c27da47bff376:221111': { kind: 'editor', name: 'Adobe Photoshop, quality 4' },
  '7ef06dbde538346b8b01c6b538ca70c6:221111': { kind: 'editor', name: 'Adobe Photoshop, quality 5' },
  '0ff225f58a214f79d1d85d78f6f5dab8:221111': { kind: 'editor', name: 'Adobe Photoshop, quality 6' },
  '8a8603650fa5ae5fdcf4b2eaf0b23638:111111': { kind: 'editor', name: 'Adobe Photoshop, quality 7' },
  '44f583ed6b65cb8ba915ec5df051616c:111111': { kind: 'editor', name: 'Adobe Photoshop, quality 8' },
  'de94c5591bafc7456ccaef430271b907:111111': { kind: 'editor', name: 'Adobe Photoshop, quality 9' },
  'a6841b35e9ffefa5d83a0445dddd2621:111111': {
    kind: 'editor',
    name: 'Adobe Photoshop, quality 10',
  },
  '6e3f6a3a5a1eae6155331d42d6f968dd:111111': {
    kind: 'editor',
    name: 'Adobe Photoshop, quality 11',
  },
  '5379e0133d4439b6f7c7039fc7f7734f:111111': {
    kind: 'editor',
    name: 'Adobe Photoshop, quality 12',
  },
  '8453391d3adf377c46a1a0cee08c35c3:221111': {
    kind: 'editor',
    name: 'Adobe Lightroom, quality 24-30 %',
  },
  'f8ede291b1272576d1580e333d30103e:221111': {
    kind: 'editor',
    name: 'Adobe Lightroom, quality 31-38 %',
  },
  'de0fb6d13e12e8df26140dd74691bf0f:221111': {
    kind: 'editor',
    name: 'Adobe Lightroom, quality 39-46 %',
  },
  '0d5b0af72561f68c671731f22d9e41e2:221111': {
    kind: 'editor',
    name: 'Adobe Lightroom, quality 47-53 %',
  },
  'b9fd15fd52408af5ea2a5045227233d8:111111': {
    kind: 'editor',
    name: 'Adobe Lightroom, quality 54-61 %',
  },
  '27472e3714251402d5509438505611c3:111111': {
    kind: 'editor',
    name: 'Adobe Lightroom, quality 62-69 %',
  },
  '34a599dff2b6aaed12143938b7374f2f:111111': {
    kind: 'editor',
    name: 'Adobe Lightroom, quality 70-76 %',
  },
  '5c508e529d045b6f0c800e29ba2d6ab5:111111': {
    kind: 'editor',
    name: 'Adobe Lightroom, quality 77-84 %',
  },
  '42bfe52476bf07f1ed0e6451903cc9ee:111111': {
    kind: 'editor',
    name: 'Adobe Lightroom, quality 85-92 %',
  },
  '4c3c425b4024b68c0de03904a825bc35:111111': {
    kind: 'editor',
    name: 'Adobe Lightroom, quality 93-100 %',
  },
  '16c443478b9417d44893f8748d49b790:221111': {
    kind: 'editor',
    name: 'Adobe Photoshop, Save for Web, quality 50',
  },
  '6123a3685e1012af5a0d024de1ce0304:111111': {
    kind: 'editor',
    name: 'Adobe Photoshop, Save for Web, quality 60',
  },
  '240fffe5f8e2d8f3345b8175f9cb0a40:111111': {
    kind: 'editor',
    name: 'Adobe Photoshop, Save for Web, quality 70',
  },
  'cae6fd91a423ff181d50bb9c26a0d392:111111': {
    kind: 'editor',
    name: 'Adobe Photoshop, Save for Web, quality 75',
  },
  '51879d6e5178d2282d5e8276ed4e2439:111111': {
    kind: 'editor',
    name: 'Adobe Photoshop, Save for Web, quality 80',
  },
  '75ee5a0fd61559c6bf8e6ebc920c93b0:111111': {
    kind: 'editor',
    name: 'Adobe Photoshop, Save for Web, quality 85',
  },
  '5e016a2d28f8ad3e7e27e4e2981031d2:111111': {
    kind: 'editor',
    name: 'Adobe Photoshop, Save for Web, quality 90',
  },
  'c6d9120293c8435cf6b40574b45756bb:111111': {
    kind: 'editor',
    name: 'Adobe Photoshop, Save for Web, quality 95',
  },
  '234d8f310d75effc9f77beb1d3847f49:111111': {
    kind: 'editor',
    name: 'Adobe Photoshop, Save for Web, quality 100',
  },
  '0147c5088beb16642f9754f8671f13b3:211111': { kind: 'camera', name: 'Canon PowerShot, Fine' },
  'b8548a302585d78a0c269b54bff86541:211111': {
    kind: 'camera',
    name: 'Canon PowerShot, Fine Small',
  },
  'ee1c033afaf4cd5263ff2b1c1ff8966c:211111': { kind: 'camera', name: 'Canon PowerShot, Superfine' },
  '586b40c7d4b95e11309636703e81fbe9:211111': {
    kind: 'camera',
    name: 'Canon EOS 10D, 300D or 350D, Fine; Pentax K20D or K200D, Best',
  },
  '8bc267b04a54c02fdee1f4fdf0bcce83:211111': {
    kind: 'camera',
    name: 'Canon EOS 40D, 1000D, 5D Mark II or 1D Mark III, Fine',
  },
  'a92912eb3c81e5c873d49433264af842:211111': {
    kind: 'camera',
    name: 'Canon EOS 30D, 40D, 50D or 300D, Normal',
  },
  '457b05fd0787a8e29bd43cd65911d6ca:211111': { kind: 'camera', name: 'Nikon D80, Basic' },
  'e06eb7848ec8766239ff014aa8b62e49:211111': { kind: 'camera', name: 'Nikon D80, Normal' },
  '5701582a0da2e9e8dcd923a5cf877494:211111': { kind: 'camera', name: 'Nikon D50, Fine' },
  '9e201a496a3700a77d9102c0dd0f8dbf:211111': { kind: 'camera', name: 'Nikon D300, Basic' },
  'c871ce0851d4647f226b2dcfd49fe9a9:211111': {
    kind: 'camera',
    name: 'Panasonic DMC-L1, Very High',
  },
};

/** The known user of these tables; null when the list has none. */
export function knownWriter(digest: string, sampling: string): JpegWriter | null {
  return WRITERS[`${digest}:${sampling}`] ?? null;
}
