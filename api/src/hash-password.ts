/** Passwords of staff, hashed and checked in one way: scrypt, as better-auth does it. */
export { hashPassword, verifyPassword } from 'better-auth/crypto';
