#include "textflag.h"

// Registers: DI the vectors, SI the text, DX where the blocks go. Of the 64 bytes of
// a block Y0 and Y1 hold the lower and upper halves of the first 32, Y2 and Y3 those
// of the others; Y4 and Y5 the kinds of both. Y8 to Y10 are the kinds seen, Y7 zero.

// HALVES splits the bytes in lower.
#define HALVES(lower, upper) \
	VPSRLW $4, lower, upper \
	VPAND  192(DI), lower, lower \
	VPAND  192(DI), upper, upper

// LOOKUP leaves in kinds one byte of the Class of each byte.
#define LOOKUP(part, lower, upper, kinds) \
	VMOVDQU part(DI), kinds     \
	VMOVDQU 96+part(DI), Y6     \
	VPSHUFB lower, kinds, kinds \
	VPSHUFB upper, Y6, Y6       \
	VPAND   Y6, kinds, kinds

#define KINDS(part, seen) \
	LOOKUP(part, Y0, Y1, Y4) \
	LOOKUP(part, Y2, Y3, Y5) \
	VPOR Y4, seen, seen      \
	VPOR Y5, seen, seen

// JOIN stores the 64 bits in R8 and R9.
#define JOIN(to) \
	SHLQ $32, R9    \
	ORQ  R8, R9     \
	MOVQ R9, to(DX)

// BITS stores one bit of each byte of the kinds: the one that is shifted up.
#define BITS(shift, to) \
	VPSLLW    shift, Y4, Y6 \
	VPMOVMSKB Y6, R8        \
	VPSLLW    shift, Y5, Y6 \
	VPMOVMSKB Y6, R9        \
	JOIN(to)

// SET stores whether each byte is of one of the kinds in set.
#define SET(set, to) \
	VPAND     set(DI), Y4, Y6 \
	VPCMPEQB  Y7, Y6, Y6      \
	VPMOVMSKB Y6, R8          \
	VPAND     set(DI), Y5, Y6 \
	VPCMPEQB  Y7, Y6, Y6      \
	VPMOVMSKB Y6, R9          \
	XORL      $-1, R8         \
	XORL      $-1, R9         \
	JOIN(to)

// LETTERS stores which letters the bytes of the kinds are.
#define LETTERS(kinds, bytes, to) \
	VPAND    224(DI), kinds, Y6 \
	VPCMPEQB Y7, Y6, Y6         \
	VPANDN   bytes, Y6, Y6      \
	VMOVDQU  Y6, to(BX)

// FOLD puts the 32 bytes of seen together to 16.
#define FOLD(seen, low) \
	VEXTRACTI128 $1, seen, X6 \
	VPOR         X6, low, low

// WEAVE puts the 16 elements of a and b in turn, and the halves of that together.
#define WEAVE(lower, upper, a, b, to) \
	upper b, a, X6 \
	lower b, a, to \
	VPOR  X6, to, to

// func readAVX2(v *vectors, src *byte, full int, tail, keep *byte, out *Block, letters *byte) (seen Class)
TEXT ·readAVX2(SB), NOSPLIT, $0-60
	MOVQ  v+0(FP), DI
	MOVQ  src+8(FP), SI
	MOVQ  full+16(FP), CX
	MOVQ  out+40(FP), DX
	MOVQ  letters+48(FP), BX
	VPXOR Y7, Y7, Y7
	VPXOR Y8, Y8, Y8
	VPXOR Y9, Y9, Y9
	VPXOR Y10, Y10, Y10

next:
	DECQ    CX
	JLT     last
	VMOVDQU (SI), Y0
	VMOVDQU 32(SI), Y2
	ADDQ    $64, SI

block:
	VPAND 320(DI), Y0, Y11
	VPAND 320(DI), Y2, Y12
	HALVES(Y0, Y1)
	HALVES(Y2, Y3)
	KINDS(0, Y8)
	BITS($0, 0)
	SET(224, 8)
	LETTERS(Y4, Y11, 0)
	LETTERS(Y5, Y12, 32)
	SET(256, 16)
	BITS($7, 32)
	BITS($3, 40)
	KINDS(32, Y9)
	SET(288, 24)
	KINDS(64, Y10)
	ADDQ $48, DX
	ADDQ $64, BX
	JMP  next

last:
	MOVQ    tail+24(FP), SI
	TESTQ   SI, SI
	JZ      done
	CMPQ    CX, $-1
	JNE     done
	MOVQ    keep+32(FP), AX
	VMOVDQU (SI), Y0
	VMOVDQU 32(SI), Y2
	VPAND   (AX), Y0, Y0
	VPAND   32(AX), Y2, Y2
	JMP     block

done:
	FOLD(Y8, X8)
	FOLD(Y9, X9)
	FOLD(Y10, X10)
	WEAVE(VPUNPCKLBW, VPUNPCKHBW, X8, X9, X8)
	WEAVE(VPUNPCKLBW, VPUNPCKHBW, X10, X7, X10)
	WEAVE(VPUNPCKLWD, VPUNPCKHWD, X8, X10, X8)
	VPSRLDQ $8, X8, X6
	VPOR    X6, X8, X8
	VPSRLDQ $4, X8, X6
	VPOR    X6, X8, X8
	VMOVD   X8, AX
	VZEROUPPER
	MOVL    AX, seen+56(FP)
	RET
