package token

import "math/big"

// ROCA (CVE-2017-15361): a library in smart cards and security chips made primes that are powers of
// 65537 modulo a product of small primes, and such a modulus can be factored.

const rocaGenerator = 65537

// rocaPrimes are the odd primes up to 167 modulo which the powers of 65537 are not everything. Of
// moduli made otherwise one in 2^28 is a power modulo all of them.
var rocaPrimes = []int64{11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157}

// hasROCA tells whether an RSA modulus bears the marks of that library.
func hasROCA(modulus *big.Int) bool {
	rest := new(big.Int)
	for _, p := range rocaPrimes {
		if !powerOf(rocaGenerator%p, rest.Mod(modulus, big.NewInt(p)).Int64(), p) {
			return false
		}
	}
	return true
}

// powerOf tells whether n is a power of g modulo the prime p.
func powerOf(g, n, p int64) bool {
	power := int64(1)
	for range p - 1 {
		if power == n {
			return true
		}
		power = power * g % p
	}
	return false
}
