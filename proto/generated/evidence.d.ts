// Generated from proto/evidence.proto by scripts/generate.mjs: edit that, not this.
import * as $protobuf from "protobufjs/minimal.js";
import Long = require("long");

/** Namespace sealcam. */
export namespace sealcam {

    /** Namespace evidence. */
    namespace evidence {

        /**
         * Properties of an Envelope.
         * @deprecated Use sealcam.evidence.Envelope.$Properties instead.
         */
        interface IEnvelope extends sealcam.evidence.Envelope.$Properties {
        }

        /** Represents an Envelope. */
        class Envelope {

            /**
             * Constructs a new Envelope.
             * @param [properties] Properties to set
             */
            constructor(properties?: sealcam.evidence.Envelope.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Envelope payload. */
            payload: Uint8Array;

            /** Envelope payloadType. */
            payloadType: string;

            /** Envelope signatures. */
            signatures: sealcam.evidence.Signature.$Properties[];

            /**
             * Creates a new Envelope instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Envelope instance
             */
            static create(properties: sealcam.evidence.Envelope.$Shape): sealcam.evidence.Envelope & sealcam.evidence.Envelope.$Shape;
            static create(properties?: sealcam.evidence.Envelope.$Properties): sealcam.evidence.Envelope;

            /**
             * Encodes the specified Envelope message. Does not implicitly {@link sealcam.evidence.Envelope.verify|verify} messages.
             * @param message Envelope message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: sealcam.evidence.Envelope.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an Envelope message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {sealcam.evidence.Envelope & sealcam.evidence.Envelope.$Shape} Envelope
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sealcam.evidence.Envelope & sealcam.evidence.Envelope.$Shape;
        }

        namespace Envelope {

            /** Properties of an Envelope. */
            interface $Properties {

                /** Envelope payload */
                payload?: (Uint8Array|null);

                /** Envelope payloadType */
                payloadType?: (string|null);

                /** Envelope signatures */
                signatures?: (sealcam.evidence.Signature.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an Envelope. */
            type $Shape = sealcam.evidence.Envelope.$Properties;
        }

        /**
         * Properties of a Signature.
         * @deprecated Use sealcam.evidence.Signature.$Properties instead.
         */
        interface ISignature extends sealcam.evidence.Signature.$Properties {
        }

        /** Represents a Signature. */
        class Signature {

            /**
             * Constructs a new Signature.
             * @param [properties] Properties to set
             */
            constructor(properties?: sealcam.evidence.Signature.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Signature sig. */
            sig: Uint8Array;

            /** Signature keyid. */
            keyid: string;

            /**
             * Creates a new Signature instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Signature instance
             */
            static create(properties: sealcam.evidence.Signature.$Shape): sealcam.evidence.Signature & sealcam.evidence.Signature.$Shape;
            static create(properties?: sealcam.evidence.Signature.$Properties): sealcam.evidence.Signature;

            /**
             * Encodes the specified Signature message. Does not implicitly {@link sealcam.evidence.Signature.verify|verify} messages.
             * @param message Signature message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: sealcam.evidence.Signature.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Signature message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {sealcam.evidence.Signature & sealcam.evidence.Signature.$Shape} Signature
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sealcam.evidence.Signature & sealcam.evidence.Signature.$Shape;
        }

        namespace Signature {

            /** Properties of a Signature. */
            interface $Properties {

                /** Signature sig */
                sig?: (Uint8Array|null);

                /** Signature keyid */
                keyid?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Signature. */
            type $Shape = sealcam.evidence.Signature.$Properties;
        }

        /**
         * Properties of a Session.
         * @deprecated Use sealcam.evidence.Session.$Properties instead.
         */
        interface ISession extends sealcam.evidence.Session.$Properties {
        }

        /** Represents a Session. */
        class Session {

            /**
             * Constructs a new Session.
             * @param [properties] Properties to set
             */
            constructor(properties?: sealcam.evidence.Session.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Session certificate. */
            certificate: Uint8Array;

            /** Session format. */
            format: number;

            /** Session deviceId. */
            deviceId: string;

            /** Session sessionKey. */
            sessionKey: Uint8Array;

            /** Session bootCounter. */
            bootCounter: (number|Long);

            /** Session previousSession. */
            previousSession: Uint8Array;

            /** Session nextRecordingNumber. */
            nextRecordingNumber: (number|Long);

            /** Session newestStatement. */
            newestStatement: Uint8Array;

            /** Session chain. */
            chain: Uint8Array;

            /**
             * Creates a new Session instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Session instance
             */
            static create(properties: sealcam.evidence.Session.$Shape): sealcam.evidence.Session & sealcam.evidence.Session.$Shape;
            static create(properties?: sealcam.evidence.Session.$Properties): sealcam.evidence.Session;

            /**
             * Encodes the specified Session message. Does not implicitly {@link sealcam.evidence.Session.verify|verify} messages.
             * @param message Session message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: sealcam.evidence.Session.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Session message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {sealcam.evidence.Session & sealcam.evidence.Session.$Shape} Session
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sealcam.evidence.Session & sealcam.evidence.Session.$Shape;
        }

        namespace Session {

            /** Properties of a Session. */
            interface $Properties {

                /** Session certificate */
                certificate?: (Uint8Array|null);

                /** Session format */
                format?: (number|null);

                /** Session deviceId */
                deviceId?: (string|null);

                /** Session sessionKey */
                sessionKey?: (Uint8Array|null);

                /** Session bootCounter */
                bootCounter?: (number|Long|null);

                /** Session previousSession */
                previousSession?: (Uint8Array|null);

                /** Session nextRecordingNumber */
                nextRecordingNumber?: (number|Long|null);

                /** Session newestStatement */
                newestStatement?: (Uint8Array|null);

                /** Session chain */
                chain?: (Uint8Array|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Session. */
            type $Shape = sealcam.evidence.Session.$Properties;
        }

        /**
         * Properties of a Head.
         * @deprecated Use sealcam.evidence.Head.$Properties instead.
         */
        interface IHead extends sealcam.evidence.Head.$Properties {
        }

        /** Represents a Head. */
        class Head {

            /**
             * Constructs a new Head.
             * @param [properties] Properties to set
             */
            constructor(properties?: sealcam.evidence.Head.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Head session. */
            session: Uint8Array;

            /** Head nonce. */
            nonce: Uint8Array;

            /** Head bootCounter. */
            bootCounter: (number|Long);

            /** Head nextRecordingNumber. */
            nextRecordingNumber: (number|Long);

            /** Head newestStatement. */
            newestStatement: Uint8Array;

            /**
             * Creates a new Head instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Head instance
             */
            static create(properties: sealcam.evidence.Head.$Shape): sealcam.evidence.Head & sealcam.evidence.Head.$Shape;
            static create(properties?: sealcam.evidence.Head.$Properties): sealcam.evidence.Head;

            /**
             * Encodes the specified Head message. Does not implicitly {@link sealcam.evidence.Head.verify|verify} messages.
             * @param message Head message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: sealcam.evidence.Head.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Head message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {sealcam.evidence.Head & sealcam.evidence.Head.$Shape} Head
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sealcam.evidence.Head & sealcam.evidence.Head.$Shape;
        }

        namespace Head {

            /** Properties of a Head. */
            interface $Properties {

                /** Head session */
                session?: (Uint8Array|null);

                /** Head nonce */
                nonce?: (Uint8Array|null);

                /** Head bootCounter */
                bootCounter?: (number|Long|null);

                /** Head nextRecordingNumber */
                nextRecordingNumber?: (number|Long|null);

                /** Head newestStatement */
                newestStatement?: (Uint8Array|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Head. */
            type $Shape = sealcam.evidence.Head.$Properties;
        }

        /**
         * Properties of an Opening.
         * @deprecated Use sealcam.evidence.Opening.$Properties instead.
         */
        interface IOpening extends sealcam.evidence.Opening.$Properties {
        }

        /** Represents an Opening. */
        class Opening {

            /**
             * Constructs a new Opening.
             * @param [properties] Properties to set
             */
            constructor(properties?: sealcam.evidence.Opening.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Opening core. */
            core: Uint8Array;

            /** Opening shareCommitments. */
            shareCommitments: Uint8Array[];

            /** Opening keyEnvelopeHash. */
            keyEnvelopeHash: Uint8Array;

            /**
             * Creates a new Opening instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Opening instance
             */
            static create(properties: sealcam.evidence.Opening.$Shape): sealcam.evidence.Opening & sealcam.evidence.Opening.$Shape;
            static create(properties?: sealcam.evidence.Opening.$Properties): sealcam.evidence.Opening;

            /**
             * Encodes the specified Opening message. Does not implicitly {@link sealcam.evidence.Opening.verify|verify} messages.
             * @param message Opening message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: sealcam.evidence.Opening.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an Opening message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {sealcam.evidence.Opening & sealcam.evidence.Opening.$Shape} Opening
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sealcam.evidence.Opening & sealcam.evidence.Opening.$Shape;
        }

        namespace Opening {

            /** Properties of an Opening. */
            interface $Properties {

                /** Opening core */
                core?: (Uint8Array|null);

                /** Opening shareCommitments */
                shareCommitments?: (Uint8Array[]|null);

                /** Opening keyEnvelopeHash */
                keyEnvelopeHash?: (Uint8Array|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an Opening. */
            type $Shape = sealcam.evidence.Opening.$Properties;
        }

        /**
         * Properties of a Core.
         * @deprecated Use sealcam.evidence.Core.$Properties instead.
         */
        interface ICore extends sealcam.evidence.Core.$Properties {
        }

        /** Represents a Core. */
        class Core {

            /**
             * Constructs a new Core.
             * @param [properties] Properties to set
             */
            constructor(properties?: sealcam.evidence.Core.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Core format. */
            format: number;

            /** Core session. */
            session: Uint8Array;

            /** Core deviceId. */
            deviceId: string;

            /** Core recordingId. */
            recordingId: Uint8Array;

            /** Core recordingNumber. */
            recordingNumber: (number|Long);

            /** Core previous. */
            previous?: (sealcam.evidence.PreviousRecording.$Properties|null);

            /** Core rosterVersion. */
            rosterVersion: (number|Long);

            /** Core roster. */
            roster: Uint8Array;

            /** Core roles. */
            roles: string[];

            /** Core policy. */
            policy: string;

            /** Core claimedStart. */
            claimedStart?: (sealcam.evidence.Moment.$Properties|null);

            /** Core startKind. */
            startKind: sealcam.evidence.StartKind;

            /** Core policyDigest. */
            policyDigest: Uint8Array;

            /** Core policyVersion. */
            policyVersion: (number|Long);

            /**
             * Creates a new Core instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Core instance
             */
            static create(properties: sealcam.evidence.Core.$Shape): sealcam.evidence.Core & sealcam.evidence.Core.$Shape;
            static create(properties?: sealcam.evidence.Core.$Properties): sealcam.evidence.Core;

            /**
             * Encodes the specified Core message. Does not implicitly {@link sealcam.evidence.Core.verify|verify} messages.
             * @param message Core message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: sealcam.evidence.Core.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Core message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {sealcam.evidence.Core & sealcam.evidence.Core.$Shape} Core
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sealcam.evidence.Core & sealcam.evidence.Core.$Shape;
        }

        namespace Core {

            /** Properties of a Core. */
            interface $Properties {

                /** Core format */
                format?: (number|null);

                /** Core session */
                session?: (Uint8Array|null);

                /** Core deviceId */
                deviceId?: (string|null);

                /** Core recordingId */
                recordingId?: (Uint8Array|null);

                /** Core recordingNumber */
                recordingNumber?: (number|Long|null);

                /** Core previous */
                previous?: (sealcam.evidence.PreviousRecording.$Properties|null);

                /** Core rosterVersion */
                rosterVersion?: (number|Long|null);

                /** Core roster */
                roster?: (Uint8Array|null);

                /** Core roles */
                roles?: (string[]|null);

                /** Core policy */
                policy?: (string|null);

                /** Core claimedStart */
                claimedStart?: (sealcam.evidence.Moment.$Properties|null);

                /** Core startKind */
                startKind?: (sealcam.evidence.StartKind|null);

                /** Core policyDigest */
                policyDigest?: (Uint8Array|null);

                /** Core policyVersion */
                policyVersion?: (number|Long|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Core. */
            type $Shape = sealcam.evidence.Core.$Properties;
        }

        /**
         * Properties of a PreviousRecording.
         * @deprecated Use sealcam.evidence.PreviousRecording.$Properties instead.
         */
        interface IPreviousRecording extends sealcam.evidence.PreviousRecording.$Properties {
        }

        /** Represents a PreviousRecording. */
        class PreviousRecording {

            /**
             * Constructs a new PreviousRecording.
             * @param [properties] Properties to set
             */
            constructor(properties?: sealcam.evidence.PreviousRecording.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** PreviousRecording number. */
            number: (number|Long);

            /** PreviousRecording statement. */
            statement: Uint8Array;

            /** PreviousRecording state. */
            state: sealcam.evidence.PreviousState;

            /**
             * Creates a new PreviousRecording instance using the specified properties.
             * @param [properties] Properties to set
             * @returns PreviousRecording instance
             */
            static create(properties: sealcam.evidence.PreviousRecording.$Shape): sealcam.evidence.PreviousRecording & sealcam.evidence.PreviousRecording.$Shape;
            static create(properties?: sealcam.evidence.PreviousRecording.$Properties): sealcam.evidence.PreviousRecording;

            /**
             * Encodes the specified PreviousRecording message. Does not implicitly {@link sealcam.evidence.PreviousRecording.verify|verify} messages.
             * @param message PreviousRecording message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: sealcam.evidence.PreviousRecording.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a PreviousRecording message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {sealcam.evidence.PreviousRecording & sealcam.evidence.PreviousRecording.$Shape} PreviousRecording
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sealcam.evidence.PreviousRecording & sealcam.evidence.PreviousRecording.$Shape;
        }

        namespace PreviousRecording {

            /** Properties of a PreviousRecording. */
            interface $Properties {

                /** PreviousRecording number */
                number?: (number|Long|null);

                /** PreviousRecording statement */
                statement?: (Uint8Array|null);

                /** PreviousRecording state */
                state?: (sealcam.evidence.PreviousState|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a PreviousRecording. */
            type $Shape = sealcam.evidence.PreviousRecording.$Properties;
        }

        /** PreviousState enum. */
        enum PreviousState {

            /** PREVIOUS_NONE value */
            PREVIOUS_NONE = 0,

            /** PREVIOUS_CLOSED value */
            PREVIOUS_CLOSED = 1,

            /** PREVIOUS_LAST_KNOWN value */
            PREVIOUS_LAST_KNOWN = 2
        }

        /** StartKind enum. */
        enum StartKind {

            /** START_UNSPECIFIED value */
            START_UNSPECIFIED = 0,

            /** START_BUTTON value */
            START_BUTTON = 1,

            /** START_LINKED value */
            START_LINKED = 2,

            /** START_COMMAND value */
            START_COMMAND = 3,

            /** START_TRIGGER value */
            START_TRIGGER = 4
        }

        /**
         * Properties of a Moment.
         * @deprecated Use sealcam.evidence.Moment.$Properties instead.
         */
        interface IMoment extends sealcam.evidence.Moment.$Properties {
        }

        /** Represents a Moment. */
        class Moment {

            /**
             * Constructs a new Moment.
             * @param [properties] Properties to set
             */
            constructor(properties?: sealcam.evidence.Moment.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Moment epoch. */
            epoch: Uint8Array;

            /** Moment uptimeUs. */
            uptimeUs: (number|Long);

            /** Moment utcUs. */
            utcUs: (number|Long);

            /** Moment clockState. */
            clockState: sealcam.evidence.ClockState;

            /** Moment errorUs. */
            errorUs: (number|Long);

            /**
             * Creates a new Moment instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Moment instance
             */
            static create(properties: sealcam.evidence.Moment.$Shape): sealcam.evidence.Moment & sealcam.evidence.Moment.$Shape;
            static create(properties?: sealcam.evidence.Moment.$Properties): sealcam.evidence.Moment;

            /**
             * Encodes the specified Moment message. Does not implicitly {@link sealcam.evidence.Moment.verify|verify} messages.
             * @param message Moment message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: sealcam.evidence.Moment.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Moment message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {sealcam.evidence.Moment & sealcam.evidence.Moment.$Shape} Moment
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sealcam.evidence.Moment & sealcam.evidence.Moment.$Shape;
        }

        namespace Moment {

            /** Properties of a Moment. */
            interface $Properties {

                /** Moment epoch */
                epoch?: (Uint8Array|null);

                /** Moment uptimeUs */
                uptimeUs?: (number|Long|null);

                /** Moment utcUs */
                utcUs?: (number|Long|null);

                /** Moment clockState */
                clockState?: (sealcam.evidence.ClockState|null);

                /** Moment errorUs */
                errorUs?: (number|Long|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Moment. */
            type $Shape = sealcam.evidence.Moment.$Properties;
        }

        /** ClockState enum. */
        enum ClockState {

            /** CLOCK_UNKNOWN value */
            CLOCK_UNKNOWN = 0,

            /** CLOCK_FREE_RUNNING value */
            CLOCK_FREE_RUNNING = 1,

            /** CLOCK_SYNCHRONISED value */
            CLOCK_SYNCHRONISED = 2,

            /** CLOCK_UNSET value */
            CLOCK_UNSET = 3,

            /** CLOCK_RTC value */
            CLOCK_RTC = 4,

            /** CLOCK_NTP value */
            CLOCK_NTP = 5,

            /** CLOCK_GNSS value */
            CLOCK_GNSS = 6,

            /** CLOCK_STATION value */
            CLOCK_STATION = 7
        }

        /**
         * Properties of a Chunk.
         * @deprecated Use sealcam.evidence.Chunk.$Properties instead.
         */
        interface IChunk extends sealcam.evidence.Chunk.$Properties {
        }

        /** Represents a Chunk. */
        class Chunk {

            /**
             * Constructs a new Chunk.
             * @param [properties] Properties to set
             */
            constructor(properties?: sealcam.evidence.Chunk.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Chunk recordingId. */
            recordingId: Uint8Array;

            /** Chunk index. */
            index: (number|Long);

            /** Chunk previous. */
            previous: Uint8Array;

            /** Chunk media. */
            media?: (sealcam.evidence.Part.$Properties|null);

            /** Chunk telemetry. */
            telemetry?: (sealcam.evidence.Part.$Properties|null);

            /** Chunk start. */
            start?: (sealcam.evidence.Moment.$Properties|null);

            /** Chunk durationUs. */
            durationUs: (number|Long);

            /** Chunk dependent. */
            dependent: boolean;

            /** Chunk newestReceipt. */
            newestReceipt: Uint8Array;

            /**
             * Creates a new Chunk instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Chunk instance
             */
            static create(properties: sealcam.evidence.Chunk.$Shape): sealcam.evidence.Chunk & sealcam.evidence.Chunk.$Shape;
            static create(properties?: sealcam.evidence.Chunk.$Properties): sealcam.evidence.Chunk;

            /**
             * Encodes the specified Chunk message. Does not implicitly {@link sealcam.evidence.Chunk.verify|verify} messages.
             * @param message Chunk message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: sealcam.evidence.Chunk.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Chunk message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {sealcam.evidence.Chunk & sealcam.evidence.Chunk.$Shape} Chunk
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sealcam.evidence.Chunk & sealcam.evidence.Chunk.$Shape;
        }

        namespace Chunk {

            /** Properties of a Chunk. */
            interface $Properties {

                /** Chunk recordingId */
                recordingId?: (Uint8Array|null);

                /** Chunk index */
                index?: (number|Long|null);

                /** Chunk previous */
                previous?: (Uint8Array|null);

                /** Chunk media */
                media?: (sealcam.evidence.Part.$Properties|null);

                /** Chunk telemetry */
                telemetry?: (sealcam.evidence.Part.$Properties|null);

                /** Chunk start */
                start?: (sealcam.evidence.Moment.$Properties|null);

                /** Chunk durationUs */
                durationUs?: (number|Long|null);

                /** Chunk dependent */
                dependent?: (boolean|null);

                /** Chunk newestReceipt */
                newestReceipt?: (Uint8Array|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Chunk. */
            type $Shape = sealcam.evidence.Chunk.$Properties;
        }

        /**
         * Properties of a Part.
         * @deprecated Use sealcam.evidence.Part.$Properties instead.
         */
        interface IPart extends sealcam.evidence.Part.$Properties {
        }

        /** Represents a Part. */
        class Part {

            /**
             * Constructs a new Part.
             * @param [properties] Properties to set
             */
            constructor(properties?: sealcam.evidence.Part.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Part header. */
            header: Uint8Array;

            /** Part segmentDigests. */
            segmentDigests: Uint8Array[];

            /**
             * Creates a new Part instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Part instance
             */
            static create(properties: sealcam.evidence.Part.$Shape): sealcam.evidence.Part & sealcam.evidence.Part.$Shape;
            static create(properties?: sealcam.evidence.Part.$Properties): sealcam.evidence.Part;

            /**
             * Encodes the specified Part message. Does not implicitly {@link sealcam.evidence.Part.verify|verify} messages.
             * @param message Part message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: sealcam.evidence.Part.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Part message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {sealcam.evidence.Part & sealcam.evidence.Part.$Shape} Part
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sealcam.evidence.Part & sealcam.evidence.Part.$Shape;
        }

        namespace Part {

            /** Properties of a Part. */
            interface $Properties {

                /** Part header */
                header?: (Uint8Array|null);

                /** Part segmentDigests */
                segmentDigests?: (Uint8Array[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Part. */
            type $Shape = sealcam.evidence.Part.$Properties;
        }

        /**
         * Properties of a Gap.
         * @deprecated Use sealcam.evidence.Gap.$Properties instead.
         */
        interface IGap extends sealcam.evidence.Gap.$Properties {
        }

        /** Represents a Gap. */
        class Gap {

            /**
             * Constructs a new Gap.
             * @param [properties] Properties to set
             */
            constructor(properties?: sealcam.evidence.Gap.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Gap recordingId. */
            recordingId: Uint8Array;

            /** Gap index. */
            index: (number|Long);

            /** Gap previous. */
            previous: Uint8Array;

            /** Gap start. */
            start?: (sealcam.evidence.Moment.$Properties|null);

            /** Gap durationUs. */
            durationUs: (number|Long);

            /** Gap cause. */
            cause: sealcam.evidence.GapCause;

            /** Gap videoSamples. */
            videoSamples: (number|Long);

            /** Gap audioSamples. */
            audioSamples: (number|Long);

            /** Gap atLeast. */
            atLeast: boolean;

            /**
             * Creates a new Gap instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Gap instance
             */
            static create(properties: sealcam.evidence.Gap.$Shape): sealcam.evidence.Gap & sealcam.evidence.Gap.$Shape;
            static create(properties?: sealcam.evidence.Gap.$Properties): sealcam.evidence.Gap;

            /**
             * Encodes the specified Gap message. Does not implicitly {@link sealcam.evidence.Gap.verify|verify} messages.
             * @param message Gap message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: sealcam.evidence.Gap.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Gap message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {sealcam.evidence.Gap & sealcam.evidence.Gap.$Shape} Gap
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sealcam.evidence.Gap & sealcam.evidence.Gap.$Shape;
        }

        namespace Gap {

            /** Properties of a Gap. */
            interface $Properties {

                /** Gap recordingId */
                recordingId?: (Uint8Array|null);

                /** Gap index */
                index?: (number|Long|null);

                /** Gap previous */
                previous?: (Uint8Array|null);

                /** Gap start */
                start?: (sealcam.evidence.Moment.$Properties|null);

                /** Gap durationUs */
                durationUs?: (number|Long|null);

                /** Gap cause */
                cause?: (sealcam.evidence.GapCause|null);

                /** Gap videoSamples */
                videoSamples?: (number|Long|null);

                /** Gap audioSamples */
                audioSamples?: (number|Long|null);

                /** Gap atLeast */
                atLeast?: (boolean|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Gap. */
            type $Shape = sealcam.evidence.Gap.$Properties;
        }

        /** GapCause enum. */
        enum GapCause {

            /** GAP_UNSPECIFIED value */
            GAP_UNSPECIFIED = 0,

            /** GAP_LINK value */
            GAP_LINK = 1,

            /** GAP_OVERLOAD value */
            GAP_OVERLOAD = 2,

            /** GAP_STORAGE value */
            GAP_STORAGE = 3,

            /** GAP_FAULT value */
            GAP_FAULT = 4,

            /** GAP_REFUSED value */
            GAP_REFUSED = 5
        }

        /**
         * Properties of a RecordedCommand.
         * @deprecated Use sealcam.evidence.RecordedCommand.$Properties instead.
         */
        interface IRecordedCommand extends sealcam.evidence.RecordedCommand.$Properties {
        }

        /** Represents a RecordedCommand. */
        class RecordedCommand {

            /**
             * Constructs a new RecordedCommand.
             * @param [properties] Properties to set
             */
            constructor(properties?: sealcam.evidence.RecordedCommand.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** RecordedCommand recordingId. */
            recordingId: Uint8Array;

            /** RecordedCommand index. */
            index: (number|Long);

            /** RecordedCommand previous. */
            previous: Uint8Array;

            /** RecordedCommand command. */
            command: Uint8Array;

            /** RecordedCommand obeyed. */
            obeyed: boolean;

            /** RecordedCommand refusal. */
            refusal: sealcam.evidence.CommandRefusal;

            /**
             * Creates a new RecordedCommand instance using the specified properties.
             * @param [properties] Properties to set
             * @returns RecordedCommand instance
             */
            static create(properties: sealcam.evidence.RecordedCommand.$Shape): sealcam.evidence.RecordedCommand & sealcam.evidence.RecordedCommand.$Shape;
            static create(properties?: sealcam.evidence.RecordedCommand.$Properties): sealcam.evidence.RecordedCommand;

            /**
             * Encodes the specified RecordedCommand message. Does not implicitly {@link sealcam.evidence.RecordedCommand.verify|verify} messages.
             * @param message RecordedCommand message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: sealcam.evidence.RecordedCommand.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a RecordedCommand message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {sealcam.evidence.RecordedCommand & sealcam.evidence.RecordedCommand.$Shape} RecordedCommand
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sealcam.evidence.RecordedCommand & sealcam.evidence.RecordedCommand.$Shape;
        }

        namespace RecordedCommand {

            /** Properties of a RecordedCommand. */
            interface $Properties {

                /** RecordedCommand recordingId */
                recordingId?: (Uint8Array|null);

                /** RecordedCommand index */
                index?: (number|Long|null);

                /** RecordedCommand previous */
                previous?: (Uint8Array|null);

                /** RecordedCommand command */
                command?: (Uint8Array|null);

                /** RecordedCommand obeyed */
                obeyed?: (boolean|null);

                /** RecordedCommand refusal */
                refusal?: (sealcam.evidence.CommandRefusal|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a RecordedCommand. */
            type $Shape = sealcam.evidence.RecordedCommand.$Properties;
        }

        /** CommandRefusal enum. */
        enum CommandRefusal {

            /** REFUSAL_UNSPECIFIED value */
            REFUSAL_UNSPECIFIED = 0,

            /** REFUSAL_EXPIRED value */
            REFUSAL_EXPIRED = 1,

            /** REFUSAL_FORBIDDEN value */
            REFUSAL_FORBIDDEN = 2,

            /** REFUSAL_COUNTER value */
            REFUSAL_COUNTER = 3,

            /** REFUSAL_KEY value */
            REFUSAL_KEY = 4,

            /** REFUSAL_SESSION value */
            REFUSAL_SESSION = 5,

            /** REFUSAL_IMPOSSIBLE value */
            REFUSAL_IMPOSSIBLE = 6,

            /** REFUSAL_HEAD value */
            REFUSAL_HEAD = 7,

            /** REFUSAL_MALFORMED value */
            REFUSAL_MALFORMED = 8
        }

        /**
         * Properties of a Closing.
         * @deprecated Use sealcam.evidence.Closing.$Properties instead.
         */
        interface IClosing extends sealcam.evidence.Closing.$Properties {
        }

        /** Represents a Closing. */
        class Closing {

            /**
             * Constructs a new Closing.
             * @param [properties] Properties to set
             */
            constructor(properties?: sealcam.evidence.Closing.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Closing recordingId. */
            recordingId: Uint8Array;

            /** Closing index. */
            index: (number|Long);

            /** Closing previous. */
            previous: Uint8Array;

            /** Closing reason. */
            reason: sealcam.evidence.CloseReason;

            /** Closing chunks. */
            chunks: (number|Long);

            /** Closing gaps. */
            gaps: (number|Long);

            /** Closing durationUs. */
            durationUs: (number|Long);

            /** Closing segments. */
            segments: (number|Long);

            /** Closing end. */
            end?: (sealcam.evidence.Moment.$Properties|null);

            /** Closing recoveredBy. */
            recoveredBy: Uint8Array;

            /** Closing absentUsMax. */
            absentUsMax: (number|Long);

            /**
             * Creates a new Closing instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Closing instance
             */
            static create(properties: sealcam.evidence.Closing.$Shape): sealcam.evidence.Closing & sealcam.evidence.Closing.$Shape;
            static create(properties?: sealcam.evidence.Closing.$Properties): sealcam.evidence.Closing;

            /**
             * Encodes the specified Closing message. Does not implicitly {@link sealcam.evidence.Closing.verify|verify} messages.
             * @param message Closing message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: sealcam.evidence.Closing.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Closing message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {sealcam.evidence.Closing & sealcam.evidence.Closing.$Shape} Closing
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sealcam.evidence.Closing & sealcam.evidence.Closing.$Shape;
        }

        namespace Closing {

            /** Properties of a Closing. */
            interface $Properties {

                /** Closing recordingId */
                recordingId?: (Uint8Array|null);

                /** Closing index */
                index?: (number|Long|null);

                /** Closing previous */
                previous?: (Uint8Array|null);

                /** Closing reason */
                reason?: (sealcam.evidence.CloseReason|null);

                /** Closing chunks */
                chunks?: (number|Long|null);

                /** Closing gaps */
                gaps?: (number|Long|null);

                /** Closing durationUs */
                durationUs?: (number|Long|null);

                /** Closing segments */
                segments?: (number|Long|null);

                /** Closing end */
                end?: (sealcam.evidence.Moment.$Properties|null);

                /** Closing recoveredBy */
                recoveredBy?: (Uint8Array|null);

                /** Closing absentUsMax */
                absentUsMax?: (number|Long|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Closing. */
            type $Shape = sealcam.evidence.Closing.$Properties;
        }

        /** CloseReason enum. */
        enum CloseReason {

            /** CLOSE_UNSPECIFIED value */
            CLOSE_UNSPECIFIED = 0,

            /** CLOSE_BUTTON value */
            CLOSE_BUTTON = 1,

            /** CLOSE_LINKED value */
            CLOSE_LINKED = 2,

            /** CLOSE_COMMAND value */
            CLOSE_COMMAND = 3,

            /** CLOSE_STORAGE value */
            CLOSE_STORAGE = 4,

            /** CLOSE_SENSOR value */
            CLOSE_SENSOR = 5,

            /** CLOSE_SHUTDOWN value */
            CLOSE_SHUTDOWN = 6,

            /** CLOSE_RECOVERED value */
            CLOSE_RECOVERED = 7,

            /** CLOSE_FAULT value */
            CLOSE_FAULT = 8,

            /** CLOSE_BATTERY value */
            CLOSE_BATTERY = 9,

            /** CLOSE_HEAT value */
            CLOSE_HEAT = 10
        }

        /**
         * Properties of a Loss.
         * @deprecated Use sealcam.evidence.Loss.$Properties instead.
         */
        interface ILoss extends sealcam.evidence.Loss.$Properties {
        }

        /** Represents a Loss. */
        class Loss {

            /**
             * Constructs a new Loss.
             * @param [properties] Properties to set
             */
            constructor(properties?: sealcam.evidence.Loss.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Loss session. */
            session: Uint8Array;

            /** Loss recordingId. */
            recordingId: Uint8Array;

            /** Loss index. */
            index: (number|Long);

            /** Loss statement. */
            statement: Uint8Array;

            /** Loss segments. */
            segments: sealcam.evidence.LostSegment.$Properties[];

            /** Loss cause. */
            cause: sealcam.evidence.LossCause;

            /**
             * Creates a new Loss instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Loss instance
             */
            static create(properties: sealcam.evidence.Loss.$Shape): sealcam.evidence.Loss & sealcam.evidence.Loss.$Shape;
            static create(properties?: sealcam.evidence.Loss.$Properties): sealcam.evidence.Loss;

            /**
             * Encodes the specified Loss message. Does not implicitly {@link sealcam.evidence.Loss.verify|verify} messages.
             * @param message Loss message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: sealcam.evidence.Loss.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Loss message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {sealcam.evidence.Loss & sealcam.evidence.Loss.$Shape} Loss
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sealcam.evidence.Loss & sealcam.evidence.Loss.$Shape;
        }

        namespace Loss {

            /** Properties of a Loss. */
            interface $Properties {

                /** Loss session */
                session?: (Uint8Array|null);

                /** Loss recordingId */
                recordingId?: (Uint8Array|null);

                /** Loss index */
                index?: (number|Long|null);

                /** Loss statement */
                statement?: (Uint8Array|null);

                /** Loss segments */
                segments?: (sealcam.evidence.LostSegment.$Properties[]|null);

                /** Loss cause */
                cause?: (sealcam.evidence.LossCause|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Loss. */
            type $Shape = sealcam.evidence.Loss.$Properties;
        }

        /**
         * Properties of a LostSegment.
         * @deprecated Use sealcam.evidence.LostSegment.$Properties instead.
         */
        interface ILostSegment extends sealcam.evidence.LostSegment.$Properties {
        }

        /** Represents a LostSegment. */
        class LostSegment {

            /**
             * Constructs a new LostSegment.
             * @param [properties] Properties to set
             */
            constructor(properties?: sealcam.evidence.LostSegment.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** LostSegment part. */
            part: number;

            /** LostSegment number. */
            number: number;

            /**
             * Creates a new LostSegment instance using the specified properties.
             * @param [properties] Properties to set
             * @returns LostSegment instance
             */
            static create(properties: sealcam.evidence.LostSegment.$Shape): sealcam.evidence.LostSegment & sealcam.evidence.LostSegment.$Shape;
            static create(properties?: sealcam.evidence.LostSegment.$Properties): sealcam.evidence.LostSegment;

            /**
             * Encodes the specified LostSegment message. Does not implicitly {@link sealcam.evidence.LostSegment.verify|verify} messages.
             * @param message LostSegment message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: sealcam.evidence.LostSegment.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a LostSegment message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {sealcam.evidence.LostSegment & sealcam.evidence.LostSegment.$Shape} LostSegment
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sealcam.evidence.LostSegment & sealcam.evidence.LostSegment.$Shape;
        }

        namespace LostSegment {

            /** Properties of a LostSegment. */
            interface $Properties {

                /** LostSegment part */
                part?: (number|null);

                /** LostSegment number */
                number?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a LostSegment. */
            type $Shape = sealcam.evidence.LostSegment.$Properties;
        }

        /** LossCause enum. */
        enum LossCause {

            /** LOSS_UNSPECIFIED value */
            LOSS_UNSPECIFIED = 0,

            /** LOSS_ROT value */
            LOSS_ROT = 1
        }

        /**
         * Properties of a CommandAnswer.
         * @deprecated Use sealcam.evidence.CommandAnswer.$Properties instead.
         */
        interface ICommandAnswer extends sealcam.evidence.CommandAnswer.$Properties {
        }

        /** Represents a CommandAnswer. */
        class CommandAnswer {

            /**
             * Constructs a new CommandAnswer.
             * @param [properties] Properties to set
             */
            constructor(properties?: sealcam.evidence.CommandAnswer.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** CommandAnswer session. */
            session: Uint8Array;

            /** CommandAnswer command. */
            command: Uint8Array;

            /** CommandAnswer obeyed. */
            obeyed: boolean;

            /** CommandAnswer refusal. */
            refusal: sealcam.evidence.CommandRefusal;

            /** CommandAnswer recordingId. */
            recordingId: Uint8Array;

            /** CommandAnswer index. */
            index: (number|Long);

            /** CommandAnswer counter. */
            counter: (number|Long);

            /**
             * Creates a new CommandAnswer instance using the specified properties.
             * @param [properties] Properties to set
             * @returns CommandAnswer instance
             */
            static create(properties: sealcam.evidence.CommandAnswer.$Shape): sealcam.evidence.CommandAnswer & sealcam.evidence.CommandAnswer.$Shape;
            static create(properties?: sealcam.evidence.CommandAnswer.$Properties): sealcam.evidence.CommandAnswer;

            /**
             * Encodes the specified CommandAnswer message. Does not implicitly {@link sealcam.evidence.CommandAnswer.verify|verify} messages.
             * @param message CommandAnswer message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: sealcam.evidence.CommandAnswer.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a CommandAnswer message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {sealcam.evidence.CommandAnswer & sealcam.evidence.CommandAnswer.$Shape} CommandAnswer
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sealcam.evidence.CommandAnswer & sealcam.evidence.CommandAnswer.$Shape;
        }

        namespace CommandAnswer {

            /** Properties of a CommandAnswer. */
            interface $Properties {

                /** CommandAnswer session */
                session?: (Uint8Array|null);

                /** CommandAnswer command */
                command?: (Uint8Array|null);

                /** CommandAnswer obeyed */
                obeyed?: (boolean|null);

                /** CommandAnswer refusal */
                refusal?: (sealcam.evidence.CommandRefusal|null);

                /** CommandAnswer recordingId */
                recordingId?: (Uint8Array|null);

                /** CommandAnswer index */
                index?: (number|Long|null);

                /** CommandAnswer counter */
                counter?: (number|Long|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a CommandAnswer. */
            type $Shape = sealcam.evidence.CommandAnswer.$Properties;
        }

        /**
         * Properties of a Journal.
         * @deprecated Use sealcam.evidence.Journal.$Properties instead.
         */
        interface IJournal extends sealcam.evidence.Journal.$Properties {
        }

        /** Represents a Journal. */
        class Journal {

            /**
             * Constructs a new Journal.
             * @param [properties] Properties to set
             */
            constructor(properties?: sealcam.evidence.Journal.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Journal session. */
            session: Uint8Array;

            /** Journal index. */
            index: (number|Long);

            /** Journal previous. */
            previous: Uint8Array;

            /** Journal moment. */
            moment?: (sealcam.evidence.Moment.$Properties|null);

            /** Journal event. */
            event: sealcam.evidence.JournalEvent;

            /** Journal value. */
            value: string;

            /**
             * Creates a new Journal instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Journal instance
             */
            static create(properties: sealcam.evidence.Journal.$Shape): sealcam.evidence.Journal & sealcam.evidence.Journal.$Shape;
            static create(properties?: sealcam.evidence.Journal.$Properties): sealcam.evidence.Journal;

            /**
             * Encodes the specified Journal message. Does not implicitly {@link sealcam.evidence.Journal.verify|verify} messages.
             * @param message Journal message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: sealcam.evidence.Journal.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Journal message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {sealcam.evidence.Journal & sealcam.evidence.Journal.$Shape} Journal
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sealcam.evidence.Journal & sealcam.evidence.Journal.$Shape;
        }

        namespace Journal {

            /** Properties of a Journal. */
            interface $Properties {

                /** Journal session */
                session?: (Uint8Array|null);

                /** Journal index */
                index?: (number|Long|null);

                /** Journal previous */
                previous?: (Uint8Array|null);

                /** Journal moment */
                moment?: (sealcam.evidence.Moment.$Properties|null);

                /** Journal event */
                event?: (sealcam.evidence.JournalEvent|null);

                /** Journal value */
                value?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Journal. */
            type $Shape = sealcam.evidence.Journal.$Properties;
        }

        /** JournalEvent enum. */
        enum JournalEvent {

            /** JOURNAL_UNSPECIFIED value */
            JOURNAL_UNSPECIFIED = 0,

            /** JOURNAL_BOOT value */
            JOURNAL_BOOT = 1,

            /** JOURNAL_SHUTDOWN value */
            JOURNAL_SHUTDOWN = 2,

            /** JOURNAL_CUT value */
            JOURNAL_CUT = 3,

            /** JOURNAL_TIME_STEP value */
            JOURNAL_TIME_STEP = 4,

            /** JOURNAL_COMMAND value */
            JOURNAL_COMMAND = 5,

            /** JOURNAL_ROSTER value */
            JOURNAL_ROSTER = 6,

            /** JOURNAL_POLICY value */
            JOURNAL_POLICY = 7,

            /** JOURNAL_SENSOR_LOST value */
            JOURNAL_SENSOR_LOST = 8,

            /** JOURNAL_SENSOR_BACK value */
            JOURNAL_SENSOR_BACK = 9,

            /** JOURNAL_SENSOR_CHANGED value */
            JOURNAL_SENSOR_CHANGED = 10,

            /** JOURNAL_LAMP_FAULT value */
            JOURNAL_LAMP_FAULT = 11,

            /** JOURNAL_LAMP_WELL value */
            JOURNAL_LAMP_WELL = 12,

            /** JOURNAL_STORAGE_FULL value */
            JOURNAL_STORAGE_FULL = 13,

            /** JOURNAL_STORAGE_WRITABLE value */
            JOURNAL_STORAGE_WRITABLE = 14,

            /** JOURNAL_STORAGE_FAULT value */
            JOURNAL_STORAGE_FAULT = 15,

            /** JOURNAL_LEFT_OUT value */
            JOURNAL_LEFT_OUT = 16,

            /** JOURNAL_DROPPED value */
            JOURNAL_DROPPED = 17,

            /** JOURNAL_VAULT_KEY value */
            JOURNAL_VAULT_KEY = 18,

            /** JOURNAL_REVOCATION value */
            JOURNAL_REVOCATION = 19
        }

        /**
         * Properties of a Receipt.
         * @deprecated Use sealcam.evidence.Receipt.$Properties instead.
         */
        interface IReceipt extends sealcam.evidence.Receipt.$Properties {
        }

        /** Represents a Receipt. */
        class Receipt {

            /**
             * Constructs a new Receipt.
             * @param [properties] Properties to set
             */
            constructor(properties?: sealcam.evidence.Receipt.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Receipt certificate. */
            certificate: Uint8Array;

            /** Receipt stationId. */
            stationId: string;

            /** Receipt deviceId. */
            deviceId: string;

            /** Receipt recordingId. */
            recordingId: Uint8Array;

            /** Receipt count. */
            count: (number|Long);

            /** Receipt statement. */
            statement: Uint8Array;

            /** Receipt keyEnvelopeHash. */
            keyEnvelopeHash: Uint8Array;

            /** Receipt complete. */
            complete: boolean;

            /** Receipt stationUtcUs. */
            stationUtcUs: (number|Long);

            /** Receipt counter. */
            counter: (number|Long);

            /** Receipt previousReceipt. */
            previousReceipt: Uint8Array;

            /** Receipt losses. */
            losses: Uint8Array[];

            /**
             * Creates a new Receipt instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Receipt instance
             */
            static create(properties: sealcam.evidence.Receipt.$Shape): sealcam.evidence.Receipt & sealcam.evidence.Receipt.$Shape;
            static create(properties?: sealcam.evidence.Receipt.$Properties): sealcam.evidence.Receipt;

            /**
             * Encodes the specified Receipt message. Does not implicitly {@link sealcam.evidence.Receipt.verify|verify} messages.
             * @param message Receipt message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: sealcam.evidence.Receipt.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Receipt message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {sealcam.evidence.Receipt & sealcam.evidence.Receipt.$Shape} Receipt
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sealcam.evidence.Receipt & sealcam.evidence.Receipt.$Shape;
        }

        namespace Receipt {

            /** Properties of a Receipt. */
            interface $Properties {

                /** Receipt certificate */
                certificate?: (Uint8Array|null);

                /** Receipt stationId */
                stationId?: (string|null);

                /** Receipt deviceId */
                deviceId?: (string|null);

                /** Receipt recordingId */
                recordingId?: (Uint8Array|null);

                /** Receipt count */
                count?: (number|Long|null);

                /** Receipt statement */
                statement?: (Uint8Array|null);

                /** Receipt keyEnvelopeHash */
                keyEnvelopeHash?: (Uint8Array|null);

                /** Receipt complete */
                complete?: (boolean|null);

                /** Receipt stationUtcUs */
                stationUtcUs?: (number|Long|null);

                /** Receipt counter */
                counter?: (number|Long|null);

                /** Receipt previousReceipt */
                previousReceipt?: (Uint8Array|null);

                /** Receipt losses */
                losses?: (Uint8Array[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Receipt. */
            type $Shape = sealcam.evidence.Receipt.$Properties;
        }

        /**
         * Properties of a Checkpoint.
         * @deprecated Use sealcam.evidence.Checkpoint.$Properties instead.
         */
        interface ICheckpoint extends sealcam.evidence.Checkpoint.$Properties {
        }

        /** Represents a Checkpoint. */
        class Checkpoint {

            /**
             * Constructs a new Checkpoint.
             * @param [properties] Properties to set
             */
            constructor(properties?: sealcam.evidence.Checkpoint.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Checkpoint certificate. */
            certificate: Uint8Array;

            /** Checkpoint stationId. */
            stationId: string;

            /** Checkpoint counter. */
            counter: (number|Long);

            /** Checkpoint newestReceipt. */
            newestReceipt: Uint8Array;

            /** Checkpoint stationUtcUs. */
            stationUtcUs: (number|Long);

            /**
             * Creates a new Checkpoint instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Checkpoint instance
             */
            static create(properties: sealcam.evidence.Checkpoint.$Shape): sealcam.evidence.Checkpoint & sealcam.evidence.Checkpoint.$Shape;
            static create(properties?: sealcam.evidence.Checkpoint.$Properties): sealcam.evidence.Checkpoint;

            /**
             * Encodes the specified Checkpoint message. Does not implicitly {@link sealcam.evidence.Checkpoint.verify|verify} messages.
             * @param message Checkpoint message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: sealcam.evidence.Checkpoint.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Checkpoint message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {sealcam.evidence.Checkpoint & sealcam.evidence.Checkpoint.$Shape} Checkpoint
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sealcam.evidence.Checkpoint & sealcam.evidence.Checkpoint.$Shape;
        }

        namespace Checkpoint {

            /** Properties of a Checkpoint. */
            interface $Properties {

                /** Checkpoint certificate */
                certificate?: (Uint8Array|null);

                /** Checkpoint stationId */
                stationId?: (string|null);

                /** Checkpoint counter */
                counter?: (number|Long|null);

                /** Checkpoint newestReceipt */
                newestReceipt?: (Uint8Array|null);

                /** Checkpoint stationUtcUs */
                stationUtcUs?: (number|Long|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Checkpoint. */
            type $Shape = sealcam.evidence.Checkpoint.$Properties;
        }

        /**
         * Properties of a Command.
         * @deprecated Use sealcam.evidence.Command.$Properties instead.
         */
        interface ICommand extends sealcam.evidence.Command.$Properties {
        }

        /** Represents a Command. */
        class Command {

            /**
             * Constructs a new Command.
             * @param [properties] Properties to set
             */
            constructor(properties?: sealcam.evidence.Command.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Command certificate. */
            certificate: Uint8Array;

            /** Command session. */
            session: Uint8Array;

            /** Command counter. */
            counter: (number|Long);

            /** Command action. */
            action: sealcam.evidence.CommandAction;

            /** Command head. */
            head: Uint8Array;

            /** Command validS. */
            validS: (number|Long);

            /** Command argument. */
            argument: (number|Long);

            /** Command category. */
            category: (number|Long);

            /**
             * Creates a new Command instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Command instance
             */
            static create(properties: sealcam.evidence.Command.$Shape): sealcam.evidence.Command & sealcam.evidence.Command.$Shape;
            static create(properties?: sealcam.evidence.Command.$Properties): sealcam.evidence.Command;

            /**
             * Encodes the specified Command message. Does not implicitly {@link sealcam.evidence.Command.verify|verify} messages.
             * @param message Command message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: sealcam.evidence.Command.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Command message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {sealcam.evidence.Command & sealcam.evidence.Command.$Shape} Command
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sealcam.evidence.Command & sealcam.evidence.Command.$Shape;
        }

        namespace Command {

            /** Properties of a Command. */
            interface $Properties {

                /** Command certificate */
                certificate?: (Uint8Array|null);

                /** Command session */
                session?: (Uint8Array|null);

                /** Command counter */
                counter?: (number|Long|null);

                /** Command action */
                action?: (sealcam.evidence.CommandAction|null);

                /** Command head */
                head?: (Uint8Array|null);

                /** Command validS */
                validS?: (number|Long|null);

                /** Command argument */
                argument?: (number|Long|null);

                /** Command category */
                category?: (number|Long|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Command. */
            type $Shape = sealcam.evidence.Command.$Properties;
        }

        /** CommandAction enum. */
        enum CommandAction {

            /** COMMAND_UNSPECIFIED value */
            COMMAND_UNSPECIFIED = 0,

            /** COMMAND_START value */
            COMMAND_START = 1,

            /** COMMAND_STOP value */
            COMMAND_STOP = 2,

            /** COMMAND_BOOKMARK value */
            COMMAND_BOOKMARK = 3,

            /** COMMAND_BITRATE value */
            COMMAND_BITRATE = 4,

            /** COMMAND_RENEW_CERTIFICATE value */
            COMMAND_RENEW_CERTIFICATE = 5,

            /** COMMAND_REBOOT value */
            COMMAND_REBOOT = 6
        }

        /**
         * Properties of a Deletion.
         * @deprecated Use sealcam.evidence.Deletion.$Properties instead.
         */
        interface IDeletion extends sealcam.evidence.Deletion.$Properties {
        }

        /** Represents a Deletion. */
        class Deletion {

            /**
             * Constructs a new Deletion.
             * @param [properties] Properties to set
             */
            constructor(properties?: sealcam.evidence.Deletion.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Deletion certificate. */
            certificate: Uint8Array;

            /** Deletion deviceId. */
            deviceId: string;

            /** Deletion recordingId. */
            recordingId: Uint8Array;

            /** Deletion recordingNumber. */
            recordingNumber: (number|Long);

            /** Deletion closing. */
            closing: Uint8Array;

            /** Deletion keyEnvelopeHash. */
            keyEnvelopeHash: Uint8Array;

            /** Deletion reason. */
            reason: string;

            /** Deletion utcUs. */
            utcUs: (number|Long);

            /**
             * Creates a new Deletion instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Deletion instance
             */
            static create(properties: sealcam.evidence.Deletion.$Shape): sealcam.evidence.Deletion & sealcam.evidence.Deletion.$Shape;
            static create(properties?: sealcam.evidence.Deletion.$Properties): sealcam.evidence.Deletion;

            /**
             * Encodes the specified Deletion message. Does not implicitly {@link sealcam.evidence.Deletion.verify|verify} messages.
             * @param message Deletion message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: sealcam.evidence.Deletion.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Deletion message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {sealcam.evidence.Deletion & sealcam.evidence.Deletion.$Shape} Deletion
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sealcam.evidence.Deletion & sealcam.evidence.Deletion.$Shape;
        }

        namespace Deletion {

            /** Properties of a Deletion. */
            interface $Properties {

                /** Deletion certificate */
                certificate?: (Uint8Array|null);

                /** Deletion deviceId */
                deviceId?: (string|null);

                /** Deletion recordingId */
                recordingId?: (Uint8Array|null);

                /** Deletion recordingNumber */
                recordingNumber?: (number|Long|null);

                /** Deletion closing */
                closing?: (Uint8Array|null);

                /** Deletion keyEnvelopeHash */
                keyEnvelopeHash?: (Uint8Array|null);

                /** Deletion reason */
                reason?: (string|null);

                /** Deletion utcUs */
                utcUs?: (number|Long|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Deletion. */
            type $Shape = sealcam.evidence.Deletion.$Properties;
        }

        /**
         * Properties of a Roster.
         * @deprecated Use sealcam.evidence.Roster.$Properties instead.
         */
        interface IRoster extends sealcam.evidence.Roster.$Properties {
        }

        /** Represents a Roster. */
        class Roster {

            /**
             * Constructs a new Roster.
             * @param [properties] Properties to set
             */
            constructor(properties?: sealcam.evidence.Roster.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Roster version. */
            version: (number|Long);

            /** Roster roles. */
            roles: sealcam.evidence.Role.$Properties[];

            /**
             * Creates a new Roster instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Roster instance
             */
            static create(properties: sealcam.evidence.Roster.$Shape): sealcam.evidence.Roster & sealcam.evidence.Roster.$Shape;
            static create(properties?: sealcam.evidence.Roster.$Properties): sealcam.evidence.Roster;

            /**
             * Encodes the specified Roster message. Does not implicitly {@link sealcam.evidence.Roster.verify|verify} messages.
             * @param message Roster message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: sealcam.evidence.Roster.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Roster message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {sealcam.evidence.Roster & sealcam.evidence.Roster.$Shape} Roster
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sealcam.evidence.Roster & sealcam.evidence.Roster.$Shape;
        }

        namespace Roster {

            /** Properties of a Roster. */
            interface $Properties {

                /** Roster version */
                version?: (number|Long|null);

                /** Roster roles */
                roles?: (sealcam.evidence.Role.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Roster. */
            type $Shape = sealcam.evidence.Roster.$Properties;
        }

        /**
         * Properties of a Role.
         * @deprecated Use sealcam.evidence.Role.$Properties instead.
         */
        interface IRole extends sealcam.evidence.Role.$Properties {
        }

        /** Represents a Role. */
        class Role {

            /**
             * Constructs a new Role.
             * @param [properties] Properties to set
             */
            constructor(properties?: sealcam.evidence.Role.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Role name. */
            name: string;

            /** Role recipients. */
            recipients: sealcam.evidence.Recipient.$Properties[];

            /**
             * Creates a new Role instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Role instance
             */
            static create(properties: sealcam.evidence.Role.$Shape): sealcam.evidence.Role & sealcam.evidence.Role.$Shape;
            static create(properties?: sealcam.evidence.Role.$Properties): sealcam.evidence.Role;

            /**
             * Encodes the specified Role message. Does not implicitly {@link sealcam.evidence.Role.verify|verify} messages.
             * @param message Role message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: sealcam.evidence.Role.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Role message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {sealcam.evidence.Role & sealcam.evidence.Role.$Shape} Role
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sealcam.evidence.Role & sealcam.evidence.Role.$Shape;
        }

        namespace Role {

            /** Properties of a Role. */
            interface $Properties {

                /** Role name */
                name?: (string|null);

                /** Role recipients */
                recipients?: (sealcam.evidence.Recipient.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Role. */
            type $Shape = sealcam.evidence.Role.$Properties;
        }

        /**
         * Properties of a Recipient.
         * @deprecated Use sealcam.evidence.Recipient.$Properties instead.
         */
        interface IRecipient extends sealcam.evidence.Recipient.$Properties {
        }

        /** Represents a Recipient. */
        class Recipient {

            /**
             * Constructs a new Recipient.
             * @param [properties] Properties to set
             */
            constructor(properties?: sealcam.evidence.Recipient.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Recipient label. */
            label: string;

            /** Recipient publicKey. */
            publicKey: Uint8Array;

            /**
             * Creates a new Recipient instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Recipient instance
             */
            static create(properties: sealcam.evidence.Recipient.$Shape): sealcam.evidence.Recipient & sealcam.evidence.Recipient.$Shape;
            static create(properties?: sealcam.evidence.Recipient.$Properties): sealcam.evidence.Recipient;

            /**
             * Encodes the specified Recipient message. Does not implicitly {@link sealcam.evidence.Recipient.verify|verify} messages.
             * @param message Recipient message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: sealcam.evidence.Recipient.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Recipient message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {sealcam.evidence.Recipient & sealcam.evidence.Recipient.$Shape} Recipient
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sealcam.evidence.Recipient & sealcam.evidence.Recipient.$Shape;
        }

        namespace Recipient {

            /** Properties of a Recipient. */
            interface $Properties {

                /** Recipient label */
                label?: (string|null);

                /** Recipient publicKey */
                publicKey?: (Uint8Array|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Recipient. */
            type $Shape = sealcam.evidence.Recipient.$Properties;
        }

        /**
         * Properties of a Revocation.
         * @deprecated Use sealcam.evidence.Revocation.$Properties instead.
         */
        interface IRevocation extends sealcam.evidence.Revocation.$Properties {
        }

        /** Represents a Revocation. */
        class Revocation {

            /**
             * Constructs a new Revocation.
             * @param [properties] Properties to set
             */
            constructor(properties?: sealcam.evidence.Revocation.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Revocation version. */
            version: (number|Long);

            /** Revocation certificates. */
            certificates: sealcam.evidence.RevokedCertificate.$Properties[];

            /** Revocation issuedUtcUs. */
            issuedUtcUs: (number|Long);

            /**
             * Creates a new Revocation instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Revocation instance
             */
            static create(properties: sealcam.evidence.Revocation.$Shape): sealcam.evidence.Revocation & sealcam.evidence.Revocation.$Shape;
            static create(properties?: sealcam.evidence.Revocation.$Properties): sealcam.evidence.Revocation;

            /**
             * Encodes the specified Revocation message. Does not implicitly {@link sealcam.evidence.Revocation.verify|verify} messages.
             * @param message Revocation message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: sealcam.evidence.Revocation.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Revocation message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {sealcam.evidence.Revocation & sealcam.evidence.Revocation.$Shape} Revocation
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sealcam.evidence.Revocation & sealcam.evidence.Revocation.$Shape;
        }

        namespace Revocation {

            /** Properties of a Revocation. */
            interface $Properties {

                /** Revocation version */
                version?: (number|Long|null);

                /** Revocation certificates */
                certificates?: (sealcam.evidence.RevokedCertificate.$Properties[]|null);

                /** Revocation issuedUtcUs */
                issuedUtcUs?: (number|Long|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Revocation. */
            type $Shape = sealcam.evidence.Revocation.$Properties;
        }

        /**
         * Properties of a RevokedCertificate.
         * @deprecated Use sealcam.evidence.RevokedCertificate.$Properties instead.
         */
        interface IRevokedCertificate extends sealcam.evidence.RevokedCertificate.$Properties {
        }

        /** Represents a RevokedCertificate. */
        class RevokedCertificate {

            /**
             * Constructs a new RevokedCertificate.
             * @param [properties] Properties to set
             */
            constructor(properties?: sealcam.evidence.RevokedCertificate.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** RevokedCertificate keyId. */
            keyId: Uint8Array;

            /** RevokedCertificate fromUtcUs. */
            fromUtcUs: (number|Long);

            /**
             * Creates a new RevokedCertificate instance using the specified properties.
             * @param [properties] Properties to set
             * @returns RevokedCertificate instance
             */
            static create(properties: sealcam.evidence.RevokedCertificate.$Shape): sealcam.evidence.RevokedCertificate & sealcam.evidence.RevokedCertificate.$Shape;
            static create(properties?: sealcam.evidence.RevokedCertificate.$Properties): sealcam.evidence.RevokedCertificate;

            /**
             * Encodes the specified RevokedCertificate message. Does not implicitly {@link sealcam.evidence.RevokedCertificate.verify|verify} messages.
             * @param message RevokedCertificate message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: sealcam.evidence.RevokedCertificate.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a RevokedCertificate message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {sealcam.evidence.RevokedCertificate & sealcam.evidence.RevokedCertificate.$Shape} RevokedCertificate
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sealcam.evidence.RevokedCertificate & sealcam.evidence.RevokedCertificate.$Shape;
        }

        namespace RevokedCertificate {

            /** Properties of a RevokedCertificate. */
            interface $Properties {

                /** RevokedCertificate keyId */
                keyId?: (Uint8Array|null);

                /** RevokedCertificate fromUtcUs */
                fromUtcUs?: (number|Long|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a RevokedCertificate. */
            type $Shape = sealcam.evidence.RevokedCertificate.$Properties;
        }

        /**
         * Properties of a Policy.
         * @deprecated Use sealcam.evidence.Policy.$Properties instead.
         */
        interface IPolicy extends sealcam.evidence.Policy.$Properties {
        }

        /** Represents a Policy. */
        class Policy {

            /**
             * Constructs a new Policy.
             * @param [properties] Properties to set
             */
            constructor(properties?: sealcam.evidence.Policy.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Policy version. */
            version: (number|Long);

            /** Policy name. */
            name: string;

            /** Policy preEventS. */
            preEventS: number;

            /** Policy preEventSound. */
            preEventSound: boolean;

            /** Policy preEventInDwellings. */
            preEventInDwellings: boolean;

            /** Policy runOnS. */
            runOnS: number;

            /** Policy retentionDaysMin. */
            retentionDaysMin: number;

            /** Policy retentionDaysMax. */
            retentionDaysMax: number;

            /** Policy holds. */
            holds: sealcam.evidence.Hold.$Properties[];

            /** Policy roles. */
            roles: string[];

            /** Policy dwellingMode. */
            dwellingMode: sealcam.evidence.DwellingMode;

            /** Policy dwellingRoles. */
            dwellingRoles: string[];

            /** Policy reasons. */
            reasons: string[];

            /** Policy automaticStarts. */
            automaticStarts: string[];

            /** Policy commands. */
            commands: string[];

            /** Policy padding. */
            padding: boolean;

            /** Policy positionEveryS. */
            positionEveryS: number;

            /** Policy readingsEveryS. */
            readingsEveryS: number;

            /** Policy stationsNeeded. */
            stationsNeeded: number;

            /** Policy stations. */
            stations: string[];

            /**
             * Creates a new Policy instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Policy instance
             */
            static create(properties: sealcam.evidence.Policy.$Shape): sealcam.evidence.Policy & sealcam.evidence.Policy.$Shape;
            static create(properties?: sealcam.evidence.Policy.$Properties): sealcam.evidence.Policy;

            /**
             * Encodes the specified Policy message. Does not implicitly {@link sealcam.evidence.Policy.verify|verify} messages.
             * @param message Policy message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: sealcam.evidence.Policy.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Policy message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {sealcam.evidence.Policy & sealcam.evidence.Policy.$Shape} Policy
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sealcam.evidence.Policy & sealcam.evidence.Policy.$Shape;
        }

        namespace Policy {

            /** Properties of a Policy. */
            interface $Properties {

                /** Policy version */
                version?: (number|Long|null);

                /** Policy name */
                name?: (string|null);

                /** Policy preEventS */
                preEventS?: (number|null);

                /** Policy preEventSound */
                preEventSound?: (boolean|null);

                /** Policy preEventInDwellings */
                preEventInDwellings?: (boolean|null);

                /** Policy runOnS */
                runOnS?: (number|null);

                /** Policy retentionDaysMin */
                retentionDaysMin?: (number|null);

                /** Policy retentionDaysMax */
                retentionDaysMax?: (number|null);

                /** Policy holds */
                holds?: (sealcam.evidence.Hold.$Properties[]|null);

                /** Policy roles */
                roles?: (string[]|null);

                /** Policy dwellingMode */
                dwellingMode?: (sealcam.evidence.DwellingMode|null);

                /** Policy dwellingRoles */
                dwellingRoles?: (string[]|null);

                /** Policy reasons */
                reasons?: (string[]|null);

                /** Policy automaticStarts */
                automaticStarts?: (string[]|null);

                /** Policy commands */
                commands?: (string[]|null);

                /** Policy padding */
                padding?: (boolean|null);

                /** Policy positionEveryS */
                positionEveryS?: (number|null);

                /** Policy readingsEveryS */
                readingsEveryS?: (number|null);

                /** Policy stationsNeeded */
                stationsNeeded?: (number|null);

                /** Policy stations */
                stations?: (string[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Policy. */
            type $Shape = sealcam.evidence.Policy.$Properties;
        }

        /**
         * Properties of a Hold.
         * @deprecated Use sealcam.evidence.Hold.$Properties instead.
         */
        interface IHold extends sealcam.evidence.Hold.$Properties {
        }

        /** Represents a Hold. */
        class Hold {

            /**
             * Constructs a new Hold.
             * @param [properties] Properties to set
             */
            constructor(properties?: sealcam.evidence.Hold.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Hold ground. */
            ground: sealcam.evidence.HoldGround;

            /** Hold monthsMax. */
            monthsMax: number;

            /**
             * Creates a new Hold instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Hold instance
             */
            static create(properties: sealcam.evidence.Hold.$Shape): sealcam.evidence.Hold & sealcam.evidence.Hold.$Shape;
            static create(properties?: sealcam.evidence.Hold.$Properties): sealcam.evidence.Hold;

            /**
             * Encodes the specified Hold message. Does not implicitly {@link sealcam.evidence.Hold.verify|verify} messages.
             * @param message Hold message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: sealcam.evidence.Hold.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Hold message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {sealcam.evidence.Hold & sealcam.evidence.Hold.$Shape} Hold
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sealcam.evidence.Hold & sealcam.evidence.Hold.$Shape;
        }

        namespace Hold {

            /** Properties of a Hold. */
            interface $Properties {

                /** Hold ground */
                ground?: (sealcam.evidence.HoldGround|null);

                /** Hold monthsMax */
                monthsMax?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Hold. */
            type $Shape = sealcam.evidence.Hold.$Properties;
        }

        /** HoldGround enum. */
        enum HoldGround {

            /** HOLD_UNSPECIFIED value */
            HOLD_UNSPECIFIED = 0,

            /** HOLD_PROSECUTION value */
            HOLD_PROSECUTION = 1,

            /** HOLD_DANGER value */
            HOLD_DANGER = 2,

            /** HOLD_REVIEW value */
            HOLD_REVIEW = 3
        }

        /** DwellingMode enum. */
        enum DwellingMode {

            /** DWELLING_UNSPECIFIED value */
            DWELLING_UNSPECIFIED = 0,

            /** DWELLING_SAME value */
            DWELLING_SAME = 1,

            /** DWELLING_LINKED value */
            DWELLING_LINKED = 2
        }

        /**
         * Properties of a VaultKey.
         * @deprecated Use sealcam.evidence.VaultKey.$Properties instead.
         */
        interface IVaultKey extends sealcam.evidence.VaultKey.$Properties {
        }

        /** Represents a VaultKey. */
        class VaultKey {

            /**
             * Constructs a new VaultKey.
             * @param [properties] Properties to set
             */
            constructor(properties?: sealcam.evidence.VaultKey.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** VaultKey stationId. */
            stationId: string;

            /** VaultKey version. */
            version: (number|Long);

            /** VaultKey publicKey. */
            publicKey: Uint8Array;

            /**
             * Creates a new VaultKey instance using the specified properties.
             * @param [properties] Properties to set
             * @returns VaultKey instance
             */
            static create(properties: sealcam.evidence.VaultKey.$Shape): sealcam.evidence.VaultKey & sealcam.evidence.VaultKey.$Shape;
            static create(properties?: sealcam.evidence.VaultKey.$Properties): sealcam.evidence.VaultKey;

            /**
             * Encodes the specified VaultKey message. Does not implicitly {@link sealcam.evidence.VaultKey.verify|verify} messages.
             * @param message VaultKey message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: sealcam.evidence.VaultKey.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a VaultKey message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {sealcam.evidence.VaultKey & sealcam.evidence.VaultKey.$Shape} VaultKey
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sealcam.evidence.VaultKey & sealcam.evidence.VaultKey.$Shape;
        }

        namespace VaultKey {

            /** Properties of a VaultKey. */
            interface $Properties {

                /** VaultKey stationId */
                stationId?: (string|null);

                /** VaultKey version */
                version?: (number|Long|null);

                /** VaultKey publicKey */
                publicKey?: (Uint8Array|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a VaultKey. */
            type $Shape = sealcam.evidence.VaultKey.$Properties;
        }

        /**
         * Properties of a KeyEnvelope.
         * @deprecated Use sealcam.evidence.KeyEnvelope.$Properties instead.
         */
        interface IKeyEnvelope extends sealcam.evidence.KeyEnvelope.$Properties {
        }

        /** Represents a KeyEnvelope. */
        class KeyEnvelope {

            /**
             * Constructs a new KeyEnvelope.
             * @param [properties] Properties to set
             */
            constructor(properties?: sealcam.evidence.KeyEnvelope.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** KeyEnvelope recordingId. */
            recordingId: Uint8Array;

            /** KeyEnvelope roles. */
            roles: sealcam.evidence.RoleShares.$Properties[];

            /**
             * Creates a new KeyEnvelope instance using the specified properties.
             * @param [properties] Properties to set
             * @returns KeyEnvelope instance
             */
            static create(properties: sealcam.evidence.KeyEnvelope.$Shape): sealcam.evidence.KeyEnvelope & sealcam.evidence.KeyEnvelope.$Shape;
            static create(properties?: sealcam.evidence.KeyEnvelope.$Properties): sealcam.evidence.KeyEnvelope;

            /**
             * Encodes the specified KeyEnvelope message. Does not implicitly {@link sealcam.evidence.KeyEnvelope.verify|verify} messages.
             * @param message KeyEnvelope message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: sealcam.evidence.KeyEnvelope.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a KeyEnvelope message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {sealcam.evidence.KeyEnvelope & sealcam.evidence.KeyEnvelope.$Shape} KeyEnvelope
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sealcam.evidence.KeyEnvelope & sealcam.evidence.KeyEnvelope.$Shape;
        }

        namespace KeyEnvelope {

            /** Properties of a KeyEnvelope. */
            interface $Properties {

                /** KeyEnvelope recordingId */
                recordingId?: (Uint8Array|null);

                /** KeyEnvelope roles */
                roles?: (sealcam.evidence.RoleShares.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a KeyEnvelope. */
            type $Shape = sealcam.evidence.KeyEnvelope.$Properties;
        }

        /**
         * Properties of a RoleShares.
         * @deprecated Use sealcam.evidence.RoleShares.$Properties instead.
         */
        interface IRoleShares extends sealcam.evidence.RoleShares.$Properties {
        }

        /** Represents a RoleShares. */
        class RoleShares {

            /**
             * Constructs a new RoleShares.
             * @param [properties] Properties to set
             */
            constructor(properties?: sealcam.evidence.RoleShares.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** RoleShares name. */
            name: string;

            /** RoleShares shares. */
            shares: sealcam.evidence.WrappedShare.$Properties[];

            /**
             * Creates a new RoleShares instance using the specified properties.
             * @param [properties] Properties to set
             * @returns RoleShares instance
             */
            static create(properties: sealcam.evidence.RoleShares.$Shape): sealcam.evidence.RoleShares & sealcam.evidence.RoleShares.$Shape;
            static create(properties?: sealcam.evidence.RoleShares.$Properties): sealcam.evidence.RoleShares;

            /**
             * Encodes the specified RoleShares message. Does not implicitly {@link sealcam.evidence.RoleShares.verify|verify} messages.
             * @param message RoleShares message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: sealcam.evidence.RoleShares.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a RoleShares message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {sealcam.evidence.RoleShares & sealcam.evidence.RoleShares.$Shape} RoleShares
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sealcam.evidence.RoleShares & sealcam.evidence.RoleShares.$Shape;
        }

        namespace RoleShares {

            /** Properties of a RoleShares. */
            interface $Properties {

                /** RoleShares name */
                name?: (string|null);

                /** RoleShares shares */
                shares?: (sealcam.evidence.WrappedShare.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a RoleShares. */
            type $Shape = sealcam.evidence.RoleShares.$Properties;
        }

        /**
         * Properties of a WrappedShare.
         * @deprecated Use sealcam.evidence.WrappedShare.$Properties instead.
         */
        interface IWrappedShare extends sealcam.evidence.WrappedShare.$Properties {
        }

        /** Represents a WrappedShare. */
        class WrappedShare {

            /**
             * Constructs a new WrappedShare.
             * @param [properties] Properties to set
             */
            constructor(properties?: sealcam.evidence.WrappedShare.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** WrappedShare recipientId. */
            recipientId: Uint8Array;

            /** WrappedShare enc. */
            enc: Uint8Array;

            /** WrappedShare ciphertext. */
            ciphertext: Uint8Array;

            /**
             * Creates a new WrappedShare instance using the specified properties.
             * @param [properties] Properties to set
             * @returns WrappedShare instance
             */
            static create(properties: sealcam.evidence.WrappedShare.$Shape): sealcam.evidence.WrappedShare & sealcam.evidence.WrappedShare.$Shape;
            static create(properties?: sealcam.evidence.WrappedShare.$Properties): sealcam.evidence.WrappedShare;

            /**
             * Encodes the specified WrappedShare message. Does not implicitly {@link sealcam.evidence.WrappedShare.verify|verify} messages.
             * @param message WrappedShare message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: sealcam.evidence.WrappedShare.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a WrappedShare message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {sealcam.evidence.WrappedShare & sealcam.evidence.WrappedShare.$Shape} WrappedShare
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sealcam.evidence.WrappedShare & sealcam.evidence.WrappedShare.$Shape;
        }

        namespace WrappedShare {

            /** Properties of a WrappedShare. */
            interface $Properties {

                /** WrappedShare recipientId */
                recipientId?: (Uint8Array|null);

                /** WrappedShare enc */
                enc?: (Uint8Array|null);

                /** WrappedShare ciphertext */
                ciphertext?: (Uint8Array|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a WrappedShare. */
            type $Shape = sealcam.evidence.WrappedShare.$Properties;
        }

        /**
         * Properties of a SealedKeyEnvelope.
         * @deprecated Use sealcam.evidence.SealedKeyEnvelope.$Properties instead.
         */
        interface ISealedKeyEnvelope extends sealcam.evidence.SealedKeyEnvelope.$Properties {
        }

        /** Represents a SealedKeyEnvelope. */
        class SealedKeyEnvelope {

            /**
             * Constructs a new SealedKeyEnvelope.
             * @param [properties] Properties to set
             */
            constructor(properties?: sealcam.evidence.SealedKeyEnvelope.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** SealedKeyEnvelope stationId. */
            stationId: string;

            /** SealedKeyEnvelope vaultKeyVersion. */
            vaultKeyVersion: (number|Long);

            /** SealedKeyEnvelope enc. */
            enc: Uint8Array;

            /** SealedKeyEnvelope ciphertext. */
            ciphertext: Uint8Array;

            /**
             * Creates a new SealedKeyEnvelope instance using the specified properties.
             * @param [properties] Properties to set
             * @returns SealedKeyEnvelope instance
             */
            static create(properties: sealcam.evidence.SealedKeyEnvelope.$Shape): sealcam.evidence.SealedKeyEnvelope & sealcam.evidence.SealedKeyEnvelope.$Shape;
            static create(properties?: sealcam.evidence.SealedKeyEnvelope.$Properties): sealcam.evidence.SealedKeyEnvelope;

            /**
             * Encodes the specified SealedKeyEnvelope message. Does not implicitly {@link sealcam.evidence.SealedKeyEnvelope.verify|verify} messages.
             * @param message SealedKeyEnvelope message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: sealcam.evidence.SealedKeyEnvelope.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a SealedKeyEnvelope message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {sealcam.evidence.SealedKeyEnvelope & sealcam.evidence.SealedKeyEnvelope.$Shape} SealedKeyEnvelope
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sealcam.evidence.SealedKeyEnvelope & sealcam.evidence.SealedKeyEnvelope.$Shape;
        }

        namespace SealedKeyEnvelope {

            /** Properties of a SealedKeyEnvelope. */
            interface $Properties {

                /** SealedKeyEnvelope stationId */
                stationId?: (string|null);

                /** SealedKeyEnvelope vaultKeyVersion */
                vaultKeyVersion?: (number|Long|null);

                /** SealedKeyEnvelope enc */
                enc?: (Uint8Array|null);

                /** SealedKeyEnvelope ciphertext */
                ciphertext?: (Uint8Array|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a SealedKeyEnvelope. */
            type $Shape = sealcam.evidence.SealedKeyEnvelope.$Properties;
        }
    }
}
