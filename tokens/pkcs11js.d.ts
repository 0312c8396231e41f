// What is used of pkcs11js, which is an optional package: the sources compile without it.
declare module 'pkcs11js' {
  /** An object, a session or a slot of a token. */
  type Handle = Buffer;
  interface Attribute {
    readonly type: number;
    readonly value?: Buffer | string | number | boolean;
  }
  interface Mechanism {
    readonly mechanism: number;
  }
  class PKCS11 {
    load(path: string): void;
    close(): void;
    C_Initialize(): void;
    C_Finalize(): void;
    C_GetSlotList(tokenPresent: boolean): Handle[];
    C_GetTokenInfo(slot: Handle): { readonly label: string; readonly flags: number };
    C_OpenSession(slot: Handle, flags: number): Handle;
    C_CloseSession(session: Handle): void;
    C_Login(session: Handle, userType: number, pin: string): void;
    C_FindObjectsInit(session: Handle, template: readonly Attribute[]): void;
    C_FindObjects(session: Handle, most: number): Handle[];
    C_FindObjectsFinal(session: Handle): void;
    C_GetAttributeValue(
      session: Handle,
      object: Handle,
      template: readonly Attribute[],
    ): { readonly value: Buffer }[];
    C_DestroyObject(session: Handle, object: Handle): void;
    C_SignInit(session: Handle, mechanism: Mechanism, key: Handle): void;
    C_Sign(session: Handle, data: Buffer, signature: Buffer): Buffer;
    C_GenerateKeyPair(
      session: Handle,
      mechanism: Mechanism,
      publicKey: readonly Attribute[],
      privateKey: readonly Attribute[],
    ): { readonly publicKey: Handle; readonly privateKey: Handle };
  }
  const pkcs11js: {
    readonly PKCS11: typeof PKCS11;
    readonly CKA_ALWAYS_SENSITIVE: number;
    readonly CKA_CLASS: number;
    readonly CKA_EC_PARAMS: number;
    readonly CKA_EC_POINT: number;
    readonly CKA_EXTRACTABLE: number;
    readonly CKA_ID: number;
    readonly CKA_LABEL: number;
    readonly CKA_NEVER_EXTRACTABLE: number;
    readonly CKA_PRIVATE: number;
    readonly CKA_SENSITIVE: number;
    readonly CKA_SIGN: number;
    readonly CKA_TOKEN: number;
    readonly CKA_VERIFY: number;
    readonly CKF_RW_SESSION: number;
    readonly CKF_SERIAL_SESSION: number;
    readonly CKF_USER_PIN_FINAL_TRY: number;
    readonly CKF_USER_PIN_LOCKED: number;
    readonly CKM_ECDSA: number;
    readonly CKM_EC_KEY_PAIR_GEN: number;
    readonly CKO_PRIVATE_KEY: number;
    readonly CKO_PUBLIC_KEY: number;
    readonly CKU_USER: number;
  };
  export default pkcs11js;
}
