/**
 * The interface that HTTP has on the wire of wRPC.
 * `error-code` has the cases of `wasi:http/types@0.2.0`, in their order.
 */
export const HTTP_WIT = `
package wrpc:http@0.1.0;

interface types {
  use wasi:http/types@0.2.0.{error-code, method, scheme};
  type fields = list<tuple<string, list<list<u8>>>>;
  record request {
    body: stream<u8>,
    trailers: future<option<fields>>,
    method: method,
    path-with-query: option<string>,
    scheme: option<scheme>,
    authority: option<string>,
    headers: fields,
  }
  record response {
    body: stream<u8>,
    trailers: future<option<fields>>,
    status: u16,
    headers: fields,
  }
}

interface incoming-handler {
  use wasi:http/types@0.2.0.{error-code};
  use types.{request, response};
  handle: func(request: request) -> result<response, error-code>;
}

package wasi:http@0.2.0 {
  interface types {
    variant method {
      get, head, post, put, delete, connect, options, trace, patch, other(string),
    }
    variant scheme { HTTP, HTTPS, other(string) }
    record DNS-error-payload { rcode: option<string>, info-code: option<u16> }
    record TLS-alert-received-payload { alert-id: option<u8>, alert-message: option<string> }
    record field-size-payload { field-name: option<string>, field-size: option<u32> }
    variant error-code {
      DNS-timeout,
      DNS-error(DNS-error-payload),
      destination-not-found,
      destination-unavailable,
      destination-IP-prohibited,
      destination-IP-unroutable,
      connection-refused,
      connection-terminated,
      connection-timeout,
      connection-read-timeout,
      connection-write-timeout,
      connection-limit-reached,
      TLS-protocol-error,
      TLS-certificate-error,
      TLS-alert-received(TLS-alert-received-payload),
      HTTP-request-denied,
      HTTP-request-length-required,
      HTTP-request-body-size(option<u64>),
      HTTP-request-method-invalid,
      HTTP-request-URI-invalid,
      HTTP-request-URI-too-long,
      HTTP-request-header-section-size(option<u32>),
      HTTP-request-header-size(option<field-size-payload>),
      HTTP-request-trailer-section-size(option<u32>),
      HTTP-request-trailer-size(field-size-payload),
      HTTP-response-incomplete,
      HTTP-response-header-section-size(option<u32>),
      HTTP-response-header-size(field-size-payload),
      HTTP-response-body-size(option<u64>),
      HTTP-response-trailer-section-size(option<u32>),
      HTTP-response-trailer-size(field-size-payload),
      HTTP-response-transfer-coding(option<string>),
      HTTP-response-content-coding(option<string>),
      HTTP-response-timeout,
      HTTP-upgrade-failed,
      HTTP-protocol-error,
      loop-detected,
      configuration-error,
      internal-error(option<string>),
    }
  }
}
`;
