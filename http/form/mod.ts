/**
 * Bodies of forms: `application/x-www-form-urlencoded` and `multipart/form-data`.
 *
 * @module
 */
export {
  type EncodedMultipart,
  encodeMultipart,
  file,
  type FilePart,
  type MultipartInput,
  type MultipartOptions,
  type PartData,
  type PartInput,
} from "./multipart.ts";
export { encodeForm, type FormInput, type FormScalar } from "./urlencoded.ts";
