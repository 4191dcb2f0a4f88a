/**
 * One entry of the API: what express mounts and what /openapi.json says are made from the same value, so that
 * neither can say what the other does not do.
 */
import type { Request, Response } from 'express';
import type { z } from 'zod';
import type { Scope } from './auth.js';
import type { RequestContext } from './middleware/context.js';

export type Method = 'get' | 'post' | 'put' | 'delete';

export interface ResponseShape {
  description: string;
  /** Schema by media type; `binary` for bytes. */
  content?: Readonly<Record<string, z.ZodType | 'binary'>>;
  headers?: Readonly<Record<string, string>>;
}

export interface Exchange<Query, Params, Body> {
  request: Request;
  response: Response;
  context: RequestContext;
  query: Query;
  params: Params;
  /** The checked JSON body; undefined for operations that read their body themselves. */
  body: Body;
}

export interface OperationSpec<
  Query extends z.ZodObject = z.ZodObject,
  Params extends z.ZodObject = z.ZodObject,
  Body extends z.ZodType = z.ZodType,
> {
  method: Method;
  /** With parameters in braces, as OpenAPI writes them. */
  path: string;
  id: string;
  tag: string;
  summary: string;
  description?: string;
  /** Scope of the key, any of several; null where none is needed. */
  scope: Scope | readonly Scope[] | null;
  query?: Query;
  params?: Params;
  /** JSON body. */
  body?: Body;
  /** Bodies that `handle` reads itself, for the documentation. */
  accepts?: Readonly<Record<string, z.ZodType | 'binary'>>;
  responses: Readonly<Record<number, ResponseShape>>;
  /** Codes of problems besides those that every operation has. */
  problems?: readonly string[];
  /** It brings an image or makes one: it needs a place (middleware/admit.ts). */
  heavy?: boolean;
  handle: (
    exchange: Exchange<z.output<Query>, z.output<Params>, z.output<Body>>,
  ) => Promise<void> | void;
}

/** What the app mounts; the types of `handle` are checked where the operation is written. */
export type Operation = OperationSpec;

export function defineOperation<
  Query extends z.ZodObject = z.ZodObject,
  Params extends z.ZodObject = z.ZodObject,
  Body extends z.ZodType = z.ZodType,
>(spec: OperationSpec<Query, Params, Body>): Operation {
  return spec;
}
