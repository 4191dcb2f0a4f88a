/** Header fields of a request. Node leaves out what goes beyond its own limit, so that is refused one before. */
export const MAX_HEADERS = 100;

/** What one request, one client and all of them together may cost. */
export interface ServiceLimits {
  /** Longest request body and fetched image, bytes. Default 32 MiB. */
  maxBytes: number;
  /** Width times height of an image. Default 50 million. */
  maxPixels: number;
  /** Longest JSON body, bytes. Default 256 KiB (a manifest receipt fits). */
  maxJsonBytes: number;
  /** Seconds that a verify or mark may run once it has begun. Default 60. */
  workSeconds: number;
  /** As `workSeconds`, for generate. Default 600. */
  generateSeconds: number;
  /** Seconds in which a whole request must have come in. Default 30. */
  requestSeconds: number;
  /** Requests with an image that may wait besides those in work. Default 16. */
  maxQueue: number;
  /** Requests with an image that one key or address may have in work or waiting. Default 8. */
  maxPerClient: number;
  /** Requests a minute for each key. Default 600. */
  keyRate: number;
  /** Requests a minute for each address (IPv6: /56). Default 120. */
  addressRate: number;
  /** Images made by one generate request. Default 4. */
  maxImages: number;
}

export const DEFAULT_SERVICE_LIMITS: Readonly<ServiceLimits> = Object.freeze({
  maxBytes: 32 << 20,
  maxPixels: 50_000_000,
  maxJsonBytes: 256 << 10,
  workSeconds: 60,
  generateSeconds: 600,
  requestSeconds: 30,
  maxQueue: 16,
  maxPerClient: 8,
  keyRate: 600,
  addressRate: 120,
  maxImages: 4,
});
