#include "textflag.h"

// Registers: DI the set, SI the blocks, of which CX are left, BX the letters, DX where
// the bits go. R9, R10 and R11 are the letters of the block before, of this and of the
// next, AX the ends of its words, R13 those found, R8 all found.

// func endsBMI(e *Endings, blocks *Block, n int, letters *byte, out *uint64) (all uint64)
TEXT ·endsBMI(SB), NOSPLIT, $0-48
	MOVQ e+0(FP), DI
	MOVQ blocks+8(FP), SI
	MOVQ n+16(FP), CX
	MOVQ letters+24(FP), BX
	MOVQ out+32(FP), DX
	XORL R8, R8
	XORL R9, R9
	MOVQ 8(SI), R10

block:
	XORL R11, R11
	XORL R13, R13
	DECQ CX
	JZ   ends
	MOVQ 56(SI), R11

ends:
	MOVQ R11, R12
	SHLQ $63, R12
	MOVQ R10, AX
	SHRQ $1, AX
	ORQ  R12, AX
	NOTQ AX
	ANDQ R10, AX
	SHRQ $63, R9
	LEAQ (R9)(R10*2), R12
	MOVQ R10, R9
	ANDQ R12, AX
	JZ   store

word:
	TZCNTQ  AX, R10
	MOVL    (BX)(R10*1), R10
	IMUL3L  $0xBF79DF7D, R10, R10
	SHRL    $16, R10
	MOVL    R10, R12
	SHRL    $6, R12
	MOVQ    (DI)(R12*8), R12
	BLSIQ   AX, R15
	BTQ     R10, R12
	SBBQ    R12, R12
	ANDQ    R15, R12
	ORQ     R12, R13
	BLSRQ   AX, AX
	JNZ     word

store:
	MOVQ  R13, (DX)
	ORQ   R13, R8
	MOVQ  R11, R10
	ADDQ  $48, SI
	ADDQ  $64, BX
	ADDQ  $8, DX
	TESTQ CX, CX
	JNZ   block
	MOVQ  R8, all+40(FP)
	RET
