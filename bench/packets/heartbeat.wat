;; Answers a heartbeat: the packet again, with the byte of its kind (the first) from 1 to 2.
;; Memory is given out from 1024 on, and all of it is free when a packet is done.
(module
  (memory (export "memory") 2)
  (global $top (mut i32) (i32.const 1024))

  (func $alloc (export "alloc") (param $size i32) (result i32)
    (local $at i32)
    (local.set $at (global.get $top))
    (global.set $top
      (i32.and
        (i32.add (i32.add (local.get $at) (local.get $size)) (i32.const 7))
        (i32.const -8)))
    (local.get $at))

  (func (export "dealloc") (param $at i32) (param $size i32)
    (global.set $top (i32.const 1024)))

  (func (export "handle_body") (param $at i32) (param $size i32) (result i64)
    (local $answer i32)
    (if (i32.eqz (local.get $size)) (then (return (i64.const 0))))
    (if (i32.ne (i32.load8_u (local.get $at)) (i32.const 1)) (then (return (i64.const 0))))
    (local.set $answer (call $alloc (local.get $size)))
    (memory.copy (local.get $answer) (local.get $at) (local.get $size))
    (i32.store8 (local.get $answer) (i32.const 2))
    (i64.or
      (i64.shl (i64.extend_i32_u (local.get $size)) (i64.const 32))
      (i64.extend_i32_u (local.get $answer)))))
