;; One packet through a guest, beside the guest: what would be four calls from JavaScript, one of
;; them with a BigInt, is one. It runs in its own instance; the guest sees nothing of it, and only
;; its pointers and sizes come here, each checked before memory is touched.
;;
;; `_loop.gen.ts` holds the bytes: `deno test -P wasm/guest/loop_test.ts` says when they differ.
(module
  (import "guest" "memory" (memory $guest 0))
  (import "guest" "alloc" (func $alloc (param i32) (result i32)))
  (import "guest" "dealloc" (func $dealloc (param i32 i32)))
  (import "guest" "handle_body" (func $handle_body (param i32 i32) (result i64)))
  (import "guest" "handle_header" (func $handle_header (param i32 i32) (result i32)))
  ;; A packet comes in at 0, its response goes out at 0.
  (import "host" "memory" (memory $host 0))

  ;; The guest's function that runs: 1 alloc, 2 handle_body, 3 handle_header, 4 dealloc.
  (global $step (export "step") (mut i32) (i32.const 0))
  ;; Why a result is negative: 1 alloc gave 0, 2 alloc out of bounds, 3 response out of bounds,
  ;; 4 no room for the response, 5 handle_header was negative.
  (global $fault (export "fault") (mut i32) (i32.const 0))

  ;; Whether a range lies in the guest's memory of now; both are unsigned.
  (func $fits (param $at i32) (param $size i32) (result i32)
    (i64.le_u
      (i64.add (i64.extend_i32_u (local.get $at)) (i64.extend_i32_u (local.get $size)))
      (i64.shl (i64.extend_i32_u (memory.size $guest)) (i64.const 16))))

  ;; Makes the host's memory hold so many bytes, if it can.
  (func $make_room (param $size i32) (result i32)
    (local $more i32)
    (local.set $more
      (i32.sub
        (i32.add
          (i32.shr_u (local.get $size) (i32.const 16))
          (i32.ne (i32.and (local.get $size) (i32.const 0xffff)) (i32.const 0)))
        (memory.size $host)))
    (if (i32.le_s (local.get $more) (i32.const 0)) (then (return (i32.const 1))))
    (i32.ne (memory.grow $host (local.get $more)) (i32.const -1)))

  (func $fail (param $fault i32) (result i32)
    (global.set $fault (local.get $fault))
    (i32.const -1))

  ;; Clauses 2 and 3: a place for the packet in the guest, and the packet in it. 0 and no bytes
  ;; may be right, so whether it went wrong is in $fault.
  (func $give (param $size i32) (result i32)
    (local $at i32)
    (global.set $fault (i32.const 0))
    (global.set $step (i32.const 1))
    (local.set $at (call $alloc (local.get $size)))
    (if (i32.and (i32.eqz (local.get $at)) (i32.ne (local.get $size) (i32.const 0)))
      (then (return (call $fail (i32.const 1)))))
    (if (i32.eqz (call $fits (local.get $at) (local.get $size)))
      (then (return (call $fail (i32.const 2)))))
    (memory.copy $guest $host (local.get $at) (i32.const 0) (local.get $size))
    (local.get $at))

  ;; Clauses 5 to 7 for a response: out of the guest before it runs again. Its size.
  (func $take (param $packed i64) (result i32)
    (local $at i32)
    (local $size i32)
    (local.set $at (i32.wrap_i64 (local.get $packed)))
    (local.set $size (i32.wrap_i64 (i64.shr_u (local.get $packed) (i64.const 32))))
    (if (i32.eqz (local.get $size)) (then (return (i32.const 0))))
    (if (i32.eqz (call $fits (local.get $at) (local.get $size)))
      (then (return (call $fail (i32.const 3)))))
    (if (call $make_room (local.get $size))
      (then (memory.copy $host $guest (i32.const 0) (local.get $at) (local.get $size)))
      (else (global.set $fault (i32.const 4))))
    (global.set $step (i32.const 4))
    (call $dealloc (local.get $at) (local.get $size))
    (select (i32.const -1) (local.get $size) (global.get $fault)))

  ;; The packet in the host's memory through handle_body: the size of the response there, or -1.
  (func (export "respond") (param $size i32) (result i32)
    (local $at i32)
    (local $result i32)
    (local.set $at (call $give (local.get $size)))
    (if (global.get $fault) (then (return (i32.const -1))))
    (global.set $step (i32.const 2))
    (local.set $result
      (call $take (call $handle_body (local.get $at) (local.get $size))))
    (global.set $step (i32.const 4))
    (call $dealloc (local.get $at) (local.get $size))
    (local.get $result))

  ;; The header in the host's memory through handle_header: the size of the body, or negative.
  (func (export "body_size") (param $size i32) (result i32)
    (local $at i32)
    (local $result i32)
    (local.set $at (call $give (local.get $size)))
    (if (global.get $fault) (then (return (i32.const -1))))
    (global.set $step (i32.const 3))
    (local.set $result (call $handle_header (local.get $at) (local.get $size)))
    (if (i32.lt_s (local.get $result) (i32.const 0)) (then (global.set $fault (i32.const 5))))
    (global.set $step (i32.const 4))
    (call $dealloc (local.get $at) (local.get $size))
    (local.get $result)))
