// Generated from proto/sensor-link.proto by scripts/generate.mjs: edit that, not this.
import * as $protobuf from "protobufjs/minimal.js";
import Long = require("long");

/** Namespace sealcam. */
export namespace sealcam {

    /** Namespace link. */
    namespace link {

        /** Codec enum. */
        enum Codec {

            /** CODEC_UNSPECIFIED value */
            CODEC_UNSPECIFIED = 0,

            /** CODEC_H264 value */
            CODEC_H264 = 1,

            /** CODEC_H265 value */
            CODEC_H265 = 2,

            /** CODEC_AAC value */
            CODEC_AAC = 3,

            /** CODEC_OPUS value */
            CODEC_OPUS = 4
        }

        /** TrackKind enum. */
        enum TrackKind {

            /** TRACK_KIND_UNSPECIFIED value */
            TRACK_KIND_UNSPECIFIED = 0,

            /** TRACK_KIND_VIDEO value */
            TRACK_KIND_VIDEO = 1,

            /** TRACK_KIND_AUDIO value */
            TRACK_KIND_AUDIO = 2
        }

        /** ButtonKind enum. */
        enum ButtonKind {

            /** BUTTON_KIND_UNSPECIFIED value */
            BUTTON_KIND_UNSPECIFIED = 0,

            /** BUTTON_KIND_START value */
            BUTTON_KIND_START = 1,

            /** BUTTON_KIND_STOP value */
            BUTTON_KIND_STOP = 2,

            /** BUTTON_KIND_BOOKMARK value */
            BUTTON_KIND_BOOKMARK = 3,

            /** BUTTON_KIND_MUTE value */
            BUTTON_KIND_MUTE = 4,

            /** BUTTON_KIND_DWELLING value */
            BUTTON_KIND_DWELLING = 5,

            /** BUTTON_KIND_HOLSTER value */
            BUTTON_KIND_HOLSTER = 6,

            /** BUTTON_KIND_PEER value */
            BUTTON_KIND_PEER = 7,

            /** BUTTON_KIND_VEHICLE_LIGHT value */
            BUTTON_KIND_VEHICLE_LIGHT = 8
        }

        /** LampState enum. */
        enum LampState {

            /** LAMP_STATE_UNSPECIFIED value */
            LAMP_STATE_UNSPECIFIED = 0,

            /** LAMP_STATE_OFF value */
            LAMP_STATE_OFF = 1,

            /** LAMP_STATE_STANDBY value */
            LAMP_STATE_STANDBY = 2,

            /** LAMP_STATE_RECORDING value */
            LAMP_STATE_RECORDING = 3,

            /** LAMP_STATE_ALARM value */
            LAMP_STATE_ALARM = 4
        }

        /**
         * Properties of a Hello.
         * @deprecated Use sealcam.link.Hello.$Properties instead.
         */
        interface IHello extends sealcam.link.Hello.$Properties {
        }

        /** Represents a Hello. */
        class Hello {

            /**
             * Constructs a new Hello.
             * @param [properties] Properties to set
             */
            constructor(properties?: sealcam.link.Hello.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Hello major. */
            major: number;

            /** Hello minor. */
            minor: number;

            /** Hello nonce. */
            nonce: Uint8Array;

            /** Hello peerNonce. */
            peerNonce: Uint8Array;

            /** Hello nextSequence. */
            nextSequence: (number|Long);

            /** Hello frameBytesMax. */
            frameBytesMax: number;

            /** Hello bufferBytes. */
            bufferBytes: (number|Long);

            /** Hello model. */
            model: string;

            /** Hello serial. */
            serial: string;

            /** Hello firmware. */
            firmware: string;

            /** Hello capabilities. */
            capabilities: string[];

            /** Hello stream. */
            stream?: (sealcam.link.StreamParameters.$Properties|null);

            /** Hello switches. */
            switches?: (sealcam.link.Switches.$Properties|null);

            /** Hello noVideo. */
            noVideo: boolean;

            /**
             * Creates a new Hello instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Hello instance
             */
            static create(properties: sealcam.link.Hello.$Shape): sealcam.link.Hello & sealcam.link.Hello.$Shape;
            static create(properties?: sealcam.link.Hello.$Properties): sealcam.link.Hello;

            /**
             * Encodes the specified Hello message. Does not implicitly {@link sealcam.link.Hello.verify|verify} messages.
             * @param message Hello message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: sealcam.link.Hello.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Hello message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {sealcam.link.Hello & sealcam.link.Hello.$Shape} Hello
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sealcam.link.Hello & sealcam.link.Hello.$Shape;
        }

        namespace Hello {

            /** Properties of a Hello. */
            interface $Properties {

                /** Hello major */
                major?: (number|null);

                /** Hello minor */
                minor?: (number|null);

                /** Hello nonce */
                nonce?: (Uint8Array|null);

                /** Hello peerNonce */
                peerNonce?: (Uint8Array|null);

                /** Hello nextSequence */
                nextSequence?: (number|Long|null);

                /** Hello frameBytesMax */
                frameBytesMax?: (number|null);

                /** Hello bufferBytes */
                bufferBytes?: (number|Long|null);

                /** Hello model */
                model?: (string|null);

                /** Hello serial */
                serial?: (string|null);

                /** Hello firmware */
                firmware?: (string|null);

                /** Hello capabilities */
                capabilities?: (string[]|null);

                /** Hello stream */
                stream?: (sealcam.link.StreamParameters.$Properties|null);

                /** Hello switches */
                switches?: (sealcam.link.Switches.$Properties|null);

                /** Hello noVideo */
                noVideo?: (boolean|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Hello. */
            type $Shape = sealcam.link.Hello.$Properties;
        }

        /**
         * Properties of a Switches.
         * @deprecated Use sealcam.link.Switches.$Properties instead.
         */
        interface ISwitches extends sealcam.link.Switches.$Properties {
        }

        /** Represents a Switches. */
        class Switches {

            /**
             * Constructs a new Switches.
             * @param [properties] Properties to set
             */
            constructor(properties?: sealcam.link.Switches.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Switches mute. */
            mute: boolean;

            /** Switches dwelling. */
            dwelling: boolean;

            /**
             * Creates a new Switches instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Switches instance
             */
            static create(properties: sealcam.link.Switches.$Shape): sealcam.link.Switches & sealcam.link.Switches.$Shape;
            static create(properties?: sealcam.link.Switches.$Properties): sealcam.link.Switches;

            /**
             * Encodes the specified Switches message. Does not implicitly {@link sealcam.link.Switches.verify|verify} messages.
             * @param message Switches message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: sealcam.link.Switches.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Switches message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {sealcam.link.Switches & sealcam.link.Switches.$Shape} Switches
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sealcam.link.Switches & sealcam.link.Switches.$Shape;
        }

        namespace Switches {

            /** Properties of a Switches. */
            interface $Properties {

                /** Switches mute */
                mute?: (boolean|null);

                /** Switches dwelling */
                dwelling?: (boolean|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Switches. */
            type $Shape = sealcam.link.Switches.$Properties;
        }

        /**
         * Properties of an Ack.
         * @deprecated Use sealcam.link.Ack.$Properties instead.
         */
        interface IAck extends sealcam.link.Ack.$Properties {
        }

        /** Represents an Ack. */
        class Ack {

            /**
             * Constructs a new Ack.
             * @param [properties] Properties to set
             */
            constructor(properties?: sealcam.link.Ack.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Ack received. */
            received: (number|Long);

            /** Ack released. */
            released: (number|Long);

            /** Ack creditBytes. */
            creditBytes: (number|Long);

            /**
             * Creates a new Ack instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Ack instance
             */
            static create(properties: sealcam.link.Ack.$Shape): sealcam.link.Ack & sealcam.link.Ack.$Shape;
            static create(properties?: sealcam.link.Ack.$Properties): sealcam.link.Ack;

            /**
             * Encodes the specified Ack message. Does not implicitly {@link sealcam.link.Ack.verify|verify} messages.
             * @param message Ack message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: sealcam.link.Ack.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an Ack message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {sealcam.link.Ack & sealcam.link.Ack.$Shape} Ack
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sealcam.link.Ack & sealcam.link.Ack.$Shape;
        }

        namespace Ack {

            /** Properties of an Ack. */
            interface $Properties {

                /** Ack received */
                received?: (number|Long|null);

                /** Ack released */
                released?: (number|Long|null);

                /** Ack creditBytes */
                creditBytes?: (number|Long|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an Ack. */
            type $Shape = sealcam.link.Ack.$Properties;
        }

        /**
         * Properties of a Heartbeat.
         * @deprecated Use sealcam.link.Heartbeat.$Properties instead.
         */
        interface IHeartbeat extends sealcam.link.Heartbeat.$Properties {
        }

        /** Represents a Heartbeat. */
        class Heartbeat {

            /**
             * Constructs a new Heartbeat.
             * @param [properties] Properties to set
             */
            constructor(properties?: sealcam.link.Heartbeat.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Heartbeat clockUs. */
            clockUs: (number|Long);

            /** Heartbeat nextSequence. */
            nextSequence: (number|Long);

            /** Heartbeat received. */
            received: (number|Long);

            /**
             * Creates a new Heartbeat instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Heartbeat instance
             */
            static create(properties: sealcam.link.Heartbeat.$Shape): sealcam.link.Heartbeat & sealcam.link.Heartbeat.$Shape;
            static create(properties?: sealcam.link.Heartbeat.$Properties): sealcam.link.Heartbeat;

            /**
             * Encodes the specified Heartbeat message. Does not implicitly {@link sealcam.link.Heartbeat.verify|verify} messages.
             * @param message Heartbeat message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: sealcam.link.Heartbeat.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Heartbeat message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {sealcam.link.Heartbeat & sealcam.link.Heartbeat.$Shape} Heartbeat
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sealcam.link.Heartbeat & sealcam.link.Heartbeat.$Shape;
        }

        namespace Heartbeat {

            /** Properties of a Heartbeat. */
            interface $Properties {

                /** Heartbeat clockUs */
                clockUs?: (number|Long|null);

                /** Heartbeat nextSequence */
                nextSequence?: (number|Long|null);

                /** Heartbeat received */
                received?: (number|Long|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Heartbeat. */
            type $Shape = sealcam.link.Heartbeat.$Properties;
        }

        /**
         * Properties of a Resend.
         * @deprecated Use sealcam.link.Resend.$Properties instead.
         */
        interface IResend extends sealcam.link.Resend.$Properties {
        }

        /** Represents a Resend. */
        class Resend {

            /**
             * Constructs a new Resend.
             * @param [properties] Properties to set
             */
            constructor(properties?: sealcam.link.Resend.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Resend ranges. */
            ranges: sealcam.link.Resend.Range.$Properties[];

            /**
             * Creates a new Resend instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Resend instance
             */
            static create(properties: sealcam.link.Resend.$Shape): sealcam.link.Resend & sealcam.link.Resend.$Shape;
            static create(properties?: sealcam.link.Resend.$Properties): sealcam.link.Resend;

            /**
             * Encodes the specified Resend message. Does not implicitly {@link sealcam.link.Resend.verify|verify} messages.
             * @param message Resend message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: sealcam.link.Resend.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Resend message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {sealcam.link.Resend & sealcam.link.Resend.$Shape} Resend
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sealcam.link.Resend & sealcam.link.Resend.$Shape;
        }

        namespace Resend {

            /** Properties of a Resend. */
            interface $Properties {

                /** Resend ranges */
                ranges?: (sealcam.link.Resend.Range.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Resend. */
            type $Shape = sealcam.link.Resend.$Properties;

            /**
             * Properties of a Range.
             * @deprecated Use sealcam.link.Resend.Range.$Properties instead.
             */
            interface IRange extends sealcam.link.Resend.Range.$Properties {
            }

            /** Represents a Range. */
            class Range {

                /**
                 * Constructs a new Range.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: sealcam.link.Resend.Range.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Range from. */
                from: (number|Long);

                /** Range to. */
                to: (number|Long);

                /**
                 * Creates a new Range instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns Range instance
                 */
                static create(properties: sealcam.link.Resend.Range.$Shape): sealcam.link.Resend.Range & sealcam.link.Resend.Range.$Shape;
                static create(properties?: sealcam.link.Resend.Range.$Properties): sealcam.link.Resend.Range;

                /**
                 * Encodes the specified Range message. Does not implicitly {@link sealcam.link.Resend.Range.verify|verify} messages.
                 * @param message Range message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: sealcam.link.Resend.Range.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Range message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {sealcam.link.Resend.Range & sealcam.link.Resend.Range.$Shape} Range
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sealcam.link.Resend.Range & sealcam.link.Resend.Range.$Shape;
            }

            namespace Range {

                /** Properties of a Range. */
                interface $Properties {

                    /** Range from */
                    from?: (number|Long|null);

                    /** Range to */
                    to?: (number|Long|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Range. */
                type $Shape = sealcam.link.Resend.Range.$Properties;
            }
        }

        /**
         * Properties of a StreamParameters.
         * @deprecated Use sealcam.link.StreamParameters.$Properties instead.
         */
        interface IStreamParameters extends sealcam.link.StreamParameters.$Properties {
        }

        /** Represents a StreamParameters. */
        class StreamParameters {

            /**
             * Constructs a new StreamParameters.
             * @param [properties] Properties to set
             */
            constructor(properties?: sealcam.link.StreamParameters.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** StreamParameters tracks. */
            tracks: sealcam.link.StreamParameters.Track.$Properties[];

            /**
             * Creates a new StreamParameters instance using the specified properties.
             * @param [properties] Properties to set
             * @returns StreamParameters instance
             */
            static create(properties: sealcam.link.StreamParameters.$Shape): sealcam.link.StreamParameters & sealcam.link.StreamParameters.$Shape;
            static create(properties?: sealcam.link.StreamParameters.$Properties): sealcam.link.StreamParameters;

            /**
             * Encodes the specified StreamParameters message. Does not implicitly {@link sealcam.link.StreamParameters.verify|verify} messages.
             * @param message StreamParameters message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: sealcam.link.StreamParameters.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a StreamParameters message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {sealcam.link.StreamParameters & sealcam.link.StreamParameters.$Shape} StreamParameters
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sealcam.link.StreamParameters & sealcam.link.StreamParameters.$Shape;
        }

        namespace StreamParameters {

            /** Properties of a StreamParameters. */
            interface $Properties {

                /** StreamParameters tracks */
                tracks?: (sealcam.link.StreamParameters.Track.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a StreamParameters. */
            type $Shape = sealcam.link.StreamParameters.$Properties;

            /**
             * Properties of a Track.
             * @deprecated Use sealcam.link.StreamParameters.Track.$Properties instead.
             */
            interface ITrack extends sealcam.link.StreamParameters.Track.$Properties {
            }

            /** Represents a Track. */
            class Track {

                /**
                 * Constructs a new Track.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: sealcam.link.StreamParameters.Track.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Track track. */
                track: number;

                /** Track kind. */
                kind: sealcam.link.TrackKind;

                /** Track codec. */
                codec: sealcam.link.Codec;

                /** Track timescale. */
                timescale: number;

                /** Track width. */
                width: number;

                /** Track height. */
                height: number;

                /** Track sampleRate. */
                sampleRate: number;

                /** Track channels. */
                channels: number;

                /** Track description. */
                description: Uint8Array;

                /** Track codecString. */
                codecString: string;

                /** Track rotation. */
                rotation: number;

                /** Track pixelAspectHorizontal. */
                pixelAspectHorizontal: number;

                /** Track pixelAspectVertical. */
                pixelAspectVertical: number;

                /**
                 * Creates a new Track instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns Track instance
                 */
                static create(properties: sealcam.link.StreamParameters.Track.$Shape): sealcam.link.StreamParameters.Track & sealcam.link.StreamParameters.Track.$Shape;
                static create(properties?: sealcam.link.StreamParameters.Track.$Properties): sealcam.link.StreamParameters.Track;

                /**
                 * Encodes the specified Track message. Does not implicitly {@link sealcam.link.StreamParameters.Track.verify|verify} messages.
                 * @param message Track message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: sealcam.link.StreamParameters.Track.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Track message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {sealcam.link.StreamParameters.Track & sealcam.link.StreamParameters.Track.$Shape} Track
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sealcam.link.StreamParameters.Track & sealcam.link.StreamParameters.Track.$Shape;
            }

            namespace Track {

                /** Properties of a Track. */
                interface $Properties {

                    /** Track track */
                    track?: (number|null);

                    /** Track kind */
                    kind?: (sealcam.link.TrackKind|null);

                    /** Track codec */
                    codec?: (sealcam.link.Codec|null);

                    /** Track timescale */
                    timescale?: (number|null);

                    /** Track width */
                    width?: (number|null);

                    /** Track height */
                    height?: (number|null);

                    /** Track sampleRate */
                    sampleRate?: (number|null);

                    /** Track channels */
                    channels?: (number|null);

                    /** Track description */
                    description?: (Uint8Array|null);

                    /** Track codecString */
                    codecString?: (string|null);

                    /** Track rotation */
                    rotation?: (number|null);

                    /** Track pixelAspectHorizontal */
                    pixelAspectHorizontal?: (number|null);

                    /** Track pixelAspectVertical */
                    pixelAspectVertical?: (number|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Track. */
                type $Shape = sealcam.link.StreamParameters.Track.$Properties;
            }
        }

        /**
         * Properties of a MediaSample.
         * @deprecated Use sealcam.link.MediaSample.$Properties instead.
         */
        interface IMediaSample extends sealcam.link.MediaSample.$Properties {
        }

        /** Represents a MediaSample. */
        class MediaSample {

            /**
             * Constructs a new MediaSample.
             * @param [properties] Properties to set
             */
            constructor(properties?: sealcam.link.MediaSample.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** MediaSample track. */
            track: number;

            /** MediaSample pts. */
            pts: (number|Long);

            /** MediaSample dts. */
            dts: (number|Long);

            /** MediaSample duration. */
            duration: number;

            /** MediaSample captureUs. */
            captureUs: (number|Long);

            /** MediaSample key. */
            key: boolean;

            /** MediaSample size. */
            size: number;

            /** MediaSample offset. */
            offset: number;

            /** MediaSample data. */
            data: Uint8Array;

            /**
             * Creates a new MediaSample instance using the specified properties.
             * @param [properties] Properties to set
             * @returns MediaSample instance
             */
            static create(properties: sealcam.link.MediaSample.$Shape): sealcam.link.MediaSample & sealcam.link.MediaSample.$Shape;
            static create(properties?: sealcam.link.MediaSample.$Properties): sealcam.link.MediaSample;

            /**
             * Encodes the specified MediaSample message. Does not implicitly {@link sealcam.link.MediaSample.verify|verify} messages.
             * @param message MediaSample message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: sealcam.link.MediaSample.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a MediaSample message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {sealcam.link.MediaSample & sealcam.link.MediaSample.$Shape} MediaSample
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sealcam.link.MediaSample & sealcam.link.MediaSample.$Shape;
        }

        namespace MediaSample {

            /** Properties of a MediaSample. */
            interface $Properties {

                /** MediaSample track */
                track?: (number|null);

                /** MediaSample pts */
                pts?: (number|Long|null);

                /** MediaSample dts */
                dts?: (number|Long|null);

                /** MediaSample duration */
                duration?: (number|null);

                /** MediaSample captureUs */
                captureUs?: (number|Long|null);

                /** MediaSample key */
                key?: (boolean|null);

                /** MediaSample size */
                size?: (number|null);

                /** MediaSample offset */
                offset?: (number|null);

                /** MediaSample data */
                data?: (Uint8Array|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a MediaSample. */
            type $Shape = sealcam.link.MediaSample.$Properties;
        }

        /**
         * Properties of a Position.
         * @deprecated Use sealcam.link.Position.$Properties instead.
         */
        interface IPosition extends sealcam.link.Position.$Properties {
        }

        /** Represents a Position. */
        class Position {

            /**
             * Constructs a new Position.
             * @param [properties] Properties to set
             */
            constructor(properties?: sealcam.link.Position.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Position latitude. */
            latitude: number;

            /** Position longitude. */
            longitude: number;

            /** Position altitude. */
            altitude: number;

            /** Position accuracy. */
            accuracy: number;

            /** Position utcUs. */
            utcUs: (number|Long);

            /** Position satellites. */
            satellites: number;

            /**
             * Creates a new Position instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Position instance
             */
            static create(properties: sealcam.link.Position.$Shape): sealcam.link.Position & sealcam.link.Position.$Shape;
            static create(properties?: sealcam.link.Position.$Properties): sealcam.link.Position;

            /**
             * Encodes the specified Position message. Does not implicitly {@link sealcam.link.Position.verify|verify} messages.
             * @param message Position message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: sealcam.link.Position.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Position message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {sealcam.link.Position & sealcam.link.Position.$Shape} Position
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sealcam.link.Position & sealcam.link.Position.$Shape;
        }

        namespace Position {

            /** Properties of a Position. */
            interface $Properties {

                /** Position latitude */
                latitude?: (number|null);

                /** Position longitude */
                longitude?: (number|null);

                /** Position altitude */
                altitude?: (number|null);

                /** Position accuracy */
                accuracy?: (number|null);

                /** Position utcUs */
                utcUs?: (number|Long|null);

                /** Position satellites */
                satellites?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Position. */
            type $Shape = sealcam.link.Position.$Properties;
        }

        /**
         * Properties of a Motion.
         * @deprecated Use sealcam.link.Motion.$Properties instead.
         */
        interface IMotion extends sealcam.link.Motion.$Properties {
        }

        /** Represents a Motion. */
        class Motion {

            /**
             * Constructs a new Motion.
             * @param [properties] Properties to set
             */
            constructor(properties?: sealcam.link.Motion.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Motion x. */
            x: number;

            /** Motion y. */
            y: number;

            /** Motion z. */
            z: number;

            /**
             * Creates a new Motion instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Motion instance
             */
            static create(properties: sealcam.link.Motion.$Shape): sealcam.link.Motion & sealcam.link.Motion.$Shape;
            static create(properties?: sealcam.link.Motion.$Properties): sealcam.link.Motion;

            /**
             * Encodes the specified Motion message. Does not implicitly {@link sealcam.link.Motion.verify|verify} messages.
             * @param message Motion message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: sealcam.link.Motion.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Motion message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {sealcam.link.Motion & sealcam.link.Motion.$Shape} Motion
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sealcam.link.Motion & sealcam.link.Motion.$Shape;
        }

        namespace Motion {

            /** Properties of a Motion. */
            interface $Properties {

                /** Motion x */
                x?: (number|null);

                /** Motion y */
                y?: (number|null);

                /** Motion z */
                z?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Motion. */
            type $Shape = sealcam.link.Motion.$Properties;
        }

        /**
         * Properties of a Battery.
         * @deprecated Use sealcam.link.Battery.$Properties instead.
         */
        interface IBattery extends sealcam.link.Battery.$Properties {
        }

        /** Represents a Battery. */
        class Battery {

            /**
             * Constructs a new Battery.
             * @param [properties] Properties to set
             */
            constructor(properties?: sealcam.link.Battery.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Battery percent. */
            percent: number;

            /** Battery millivolts. */
            millivolts: number;

            /** Battery charging. */
            charging: boolean;

            /**
             * Creates a new Battery instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Battery instance
             */
            static create(properties: sealcam.link.Battery.$Shape): sealcam.link.Battery & sealcam.link.Battery.$Shape;
            static create(properties?: sealcam.link.Battery.$Properties): sealcam.link.Battery;

            /**
             * Encodes the specified Battery message. Does not implicitly {@link sealcam.link.Battery.verify|verify} messages.
             * @param message Battery message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: sealcam.link.Battery.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Battery message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {sealcam.link.Battery & sealcam.link.Battery.$Shape} Battery
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sealcam.link.Battery & sealcam.link.Battery.$Shape;
        }

        namespace Battery {

            /** Properties of a Battery. */
            interface $Properties {

                /** Battery percent */
                percent?: (number|null);

                /** Battery millivolts */
                millivolts?: (number|null);

                /** Battery charging */
                charging?: (boolean|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Battery. */
            type $Shape = sealcam.link.Battery.$Properties;
        }

        /**
         * Properties of a Telemetry.
         * @deprecated Use sealcam.link.Telemetry.$Properties instead.
         */
        interface ITelemetry extends sealcam.link.Telemetry.$Properties {
        }

        /** Represents a Telemetry. */
        class Telemetry {

            /**
             * Constructs a new Telemetry.
             * @param [properties] Properties to set
             */
            constructor(properties?: sealcam.link.Telemetry.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Telemetry captureUs. */
            captureUs: (number|Long);

            /** Telemetry position. */
            position?: (sealcam.link.Position.$Properties|null);

            /** Telemetry motion. */
            motion?: (sealcam.link.Motion.$Properties|null);

            /** Telemetry battery. */
            battery?: (sealcam.link.Battery.$Properties|null);

            /** Telemetry temperature. */
            temperature?: (number|null);

            /**
             * Creates a new Telemetry instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Telemetry instance
             */
            static create(properties: sealcam.link.Telemetry.$Shape): sealcam.link.Telemetry & sealcam.link.Telemetry.$Shape;
            static create(properties?: sealcam.link.Telemetry.$Properties): sealcam.link.Telemetry;

            /**
             * Encodes the specified Telemetry message. Does not implicitly {@link sealcam.link.Telemetry.verify|verify} messages.
             * @param message Telemetry message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: sealcam.link.Telemetry.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Telemetry message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {sealcam.link.Telemetry & sealcam.link.Telemetry.$Shape} Telemetry
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sealcam.link.Telemetry & sealcam.link.Telemetry.$Shape;
        }

        namespace Telemetry {

            /** Properties of a Telemetry. */
            interface $Properties {

                /** Telemetry captureUs */
                captureUs?: (number|Long|null);

                /** Telemetry position */
                position?: (sealcam.link.Position.$Properties|null);

                /** Telemetry motion */
                motion?: (sealcam.link.Motion.$Properties|null);

                /** Telemetry battery */
                battery?: (sealcam.link.Battery.$Properties|null);

                /** Telemetry temperature */
                temperature?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Telemetry. */
            type $Shape = sealcam.link.Telemetry.$Properties;
        }

        /**
         * Properties of a Button.
         * @deprecated Use sealcam.link.Button.$Properties instead.
         */
        interface IButton extends sealcam.link.Button.$Properties {
        }

        /** Represents a Button. */
        class Button {

            /**
             * Constructs a new Button.
             * @param [properties] Properties to set
             */
            constructor(properties?: sealcam.link.Button.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Button captureUs. */
            captureUs: (number|Long);

            /** Button button. */
            button: sealcam.link.ButtonKind;

            /** Button pressed. */
            pressed: boolean;

            /** Button category. */
            category: number;

            /**
             * Creates a new Button instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Button instance
             */
            static create(properties: sealcam.link.Button.$Shape): sealcam.link.Button & sealcam.link.Button.$Shape;
            static create(properties?: sealcam.link.Button.$Properties): sealcam.link.Button;

            /**
             * Encodes the specified Button message. Does not implicitly {@link sealcam.link.Button.verify|verify} messages.
             * @param message Button message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: sealcam.link.Button.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Button message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {sealcam.link.Button & sealcam.link.Button.$Shape} Button
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sealcam.link.Button & sealcam.link.Button.$Shape;
        }

        namespace Button {

            /** Properties of a Button. */
            interface $Properties {

                /** Button captureUs */
                captureUs?: (number|Long|null);

                /** Button button */
                button?: (sealcam.link.ButtonKind|null);

                /** Button pressed */
                pressed?: (boolean|null);

                /** Button category */
                category?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Button. */
            type $Shape = sealcam.link.Button.$Properties;
        }

        /**
         * Properties of a LampReport.
         * @deprecated Use sealcam.link.LampReport.$Properties instead.
         */
        interface ILampReport extends sealcam.link.LampReport.$Properties {
        }

        /** Represents a LampReport. */
        class LampReport {

            /**
             * Constructs a new LampReport.
             * @param [properties] Properties to set
             */
            constructor(properties?: sealcam.link.LampReport.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** LampReport captureUs. */
            captureUs: (number|Long);

            /** LampReport lamp. */
            lamp: sealcam.link.LampState;

            /**
             * Creates a new LampReport instance using the specified properties.
             * @param [properties] Properties to set
             * @returns LampReport instance
             */
            static create(properties: sealcam.link.LampReport.$Shape): sealcam.link.LampReport & sealcam.link.LampReport.$Shape;
            static create(properties?: sealcam.link.LampReport.$Properties): sealcam.link.LampReport;

            /**
             * Encodes the specified LampReport message. Does not implicitly {@link sealcam.link.LampReport.verify|verify} messages.
             * @param message LampReport message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: sealcam.link.LampReport.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a LampReport message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {sealcam.link.LampReport & sealcam.link.LampReport.$Shape} LampReport
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sealcam.link.LampReport & sealcam.link.LampReport.$Shape;
        }

        namespace LampReport {

            /** Properties of a LampReport. */
            interface $Properties {

                /** LampReport captureUs */
                captureUs?: (number|Long|null);

                /** LampReport lamp */
                lamp?: (sealcam.link.LampState|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a LampReport. */
            type $Shape = sealcam.link.LampReport.$Properties;
        }

        /**
         * Properties of a Dropped.
         * @deprecated Use sealcam.link.Dropped.$Properties instead.
         */
        interface IDropped extends sealcam.link.Dropped.$Properties {
        }

        /** Represents a Dropped. */
        class Dropped {

            /**
             * Constructs a new Dropped.
             * @param [properties] Properties to set
             */
            constructor(properties?: sealcam.link.Dropped.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Dropped fromSequence. */
            fromSequence: (number|Long);

            /** Dropped toSequence. */
            toSequence: (number|Long);

            /** Dropped fromCaptureUs. */
            fromCaptureUs: (number|Long);

            /** Dropped toCaptureUs. */
            toCaptureUs: (number|Long);

            /** Dropped tracks. */
            tracks: sealcam.link.Dropped.Track.$Properties[];

            /** Dropped other. */
            other: (number|Long);

            /**
             * Creates a new Dropped instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Dropped instance
             */
            static create(properties: sealcam.link.Dropped.$Shape): sealcam.link.Dropped & sealcam.link.Dropped.$Shape;
            static create(properties?: sealcam.link.Dropped.$Properties): sealcam.link.Dropped;

            /**
             * Encodes the specified Dropped message. Does not implicitly {@link sealcam.link.Dropped.verify|verify} messages.
             * @param message Dropped message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: sealcam.link.Dropped.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Dropped message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {sealcam.link.Dropped & sealcam.link.Dropped.$Shape} Dropped
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sealcam.link.Dropped & sealcam.link.Dropped.$Shape;
        }

        namespace Dropped {

            /** Properties of a Dropped. */
            interface $Properties {

                /** Dropped fromSequence */
                fromSequence?: (number|Long|null);

                /** Dropped toSequence */
                toSequence?: (number|Long|null);

                /** Dropped fromCaptureUs */
                fromCaptureUs?: (number|Long|null);

                /** Dropped toCaptureUs */
                toCaptureUs?: (number|Long|null);

                /** Dropped tracks */
                tracks?: (sealcam.link.Dropped.Track.$Properties[]|null);

                /** Dropped other */
                other?: (number|Long|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Dropped. */
            type $Shape = sealcam.link.Dropped.$Properties;

            /**
             * Properties of a Track.
             * @deprecated Use sealcam.link.Dropped.Track.$Properties instead.
             */
            interface ITrack extends sealcam.link.Dropped.Track.$Properties {
            }

            /** Represents a Track. */
            class Track {

                /**
                 * Constructs a new Track.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: sealcam.link.Dropped.Track.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Track track. */
                track: number;

                /** Track samples. */
                samples: (number|Long);

                /** Track bytes. */
                bytes: (number|Long);

                /**
                 * Creates a new Track instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns Track instance
                 */
                static create(properties: sealcam.link.Dropped.Track.$Shape): sealcam.link.Dropped.Track & sealcam.link.Dropped.Track.$Shape;
                static create(properties?: sealcam.link.Dropped.Track.$Properties): sealcam.link.Dropped.Track;

                /**
                 * Encodes the specified Track message. Does not implicitly {@link sealcam.link.Dropped.Track.verify|verify} messages.
                 * @param message Track message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: sealcam.link.Dropped.Track.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Track message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {sealcam.link.Dropped.Track & sealcam.link.Dropped.Track.$Shape} Track
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sealcam.link.Dropped.Track & sealcam.link.Dropped.Track.$Shape;
            }

            namespace Track {

                /** Properties of a Track. */
                interface $Properties {

                    /** Track track */
                    track?: (number|null);

                    /** Track samples */
                    samples?: (number|Long|null);

                    /** Track bytes */
                    bytes?: (number|Long|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Track. */
                type $Shape = sealcam.link.Dropped.Track.$Properties;
            }
        }

        /**
         * Properties of an Indicator.
         * @deprecated Use sealcam.link.Indicator.$Properties instead.
         */
        interface IIndicator extends sealcam.link.Indicator.$Properties {
        }

        /** Represents an Indicator. */
        class Indicator {

            /**
             * Constructs a new Indicator.
             * @param [properties] Properties to set
             */
            constructor(properties?: sealcam.link.Indicator.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Indicator lamp. */
            lamp: sealcam.link.LampState;

            /** Indicator beepMs. */
            beepMs: number;

            /** Indicator vibrateMs. */
            vibrateMs: number;

            /**
             * Creates a new Indicator instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Indicator instance
             */
            static create(properties: sealcam.link.Indicator.$Shape): sealcam.link.Indicator & sealcam.link.Indicator.$Shape;
            static create(properties?: sealcam.link.Indicator.$Properties): sealcam.link.Indicator;

            /**
             * Encodes the specified Indicator message. Does not implicitly {@link sealcam.link.Indicator.verify|verify} messages.
             * @param message Indicator message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: sealcam.link.Indicator.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an Indicator message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {sealcam.link.Indicator & sealcam.link.Indicator.$Shape} Indicator
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sealcam.link.Indicator & sealcam.link.Indicator.$Shape;
        }

        namespace Indicator {

            /** Properties of an Indicator. */
            interface $Properties {

                /** Indicator lamp */
                lamp?: (sealcam.link.LampState|null);

                /** Indicator beepMs */
                beepMs?: (number|null);

                /** Indicator vibrateMs */
                vibrateMs?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an Indicator. */
            type $Shape = sealcam.link.Indicator.$Properties;
        }

        /**
         * Properties of a SetBitrate.
         * @deprecated Use sealcam.link.SetBitrate.$Properties instead.
         */
        interface ISetBitrate extends sealcam.link.SetBitrate.$Properties {
        }

        /** Represents a SetBitrate. */
        class SetBitrate {

            /**
             * Constructs a new SetBitrate.
             * @param [properties] Properties to set
             */
            constructor(properties?: sealcam.link.SetBitrate.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** SetBitrate track. */
            track: number;

            /** SetBitrate bitsPerSecond. */
            bitsPerSecond: number;

            /**
             * Creates a new SetBitrate instance using the specified properties.
             * @param [properties] Properties to set
             * @returns SetBitrate instance
             */
            static create(properties: sealcam.link.SetBitrate.$Shape): sealcam.link.SetBitrate & sealcam.link.SetBitrate.$Shape;
            static create(properties?: sealcam.link.SetBitrate.$Properties): sealcam.link.SetBitrate;

            /**
             * Encodes the specified SetBitrate message. Does not implicitly {@link sealcam.link.SetBitrate.verify|verify} messages.
             * @param message SetBitrate message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: sealcam.link.SetBitrate.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a SetBitrate message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {sealcam.link.SetBitrate & sealcam.link.SetBitrate.$Shape} SetBitrate
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sealcam.link.SetBitrate & sealcam.link.SetBitrate.$Shape;
        }

        namespace SetBitrate {

            /** Properties of a SetBitrate. */
            interface $Properties {

                /** SetBitrate track */
                track?: (number|null);

                /** SetBitrate bitsPerSecond */
                bitsPerSecond?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a SetBitrate. */
            type $Shape = sealcam.link.SetBitrate.$Properties;
        }

        /**
         * Properties of a StartStream.
         * @deprecated Use sealcam.link.StartStream.$Properties instead.
         */
        interface IStartStream extends sealcam.link.StartStream.$Properties {
        }

        /** Represents a StartStream. */
        class StartStream {

            /**
             * Constructs a new StartStream.
             * @param [properties] Properties to set
             */
            constructor(properties?: sealcam.link.StartStream.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /**
             * Creates a new StartStream instance using the specified properties.
             * @param [properties] Properties to set
             * @returns StartStream instance
             */
            static create(properties: sealcam.link.StartStream.$Shape): sealcam.link.StartStream & sealcam.link.StartStream.$Shape;
            static create(properties?: sealcam.link.StartStream.$Properties): sealcam.link.StartStream;

            /**
             * Encodes the specified StartStream message. Does not implicitly {@link sealcam.link.StartStream.verify|verify} messages.
             * @param message StartStream message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: sealcam.link.StartStream.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a StartStream message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {sealcam.link.StartStream & sealcam.link.StartStream.$Shape} StartStream
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sealcam.link.StartStream & sealcam.link.StartStream.$Shape;
        }

        namespace StartStream {

            /** Properties of a StartStream. */
            interface $Properties {

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a StartStream. */
            type $Shape = sealcam.link.StartStream.$Properties;
        }

        /**
         * Properties of a StopStream.
         * @deprecated Use sealcam.link.StopStream.$Properties instead.
         */
        interface IStopStream extends sealcam.link.StopStream.$Properties {
        }

        /** Represents a StopStream. */
        class StopStream {

            /**
             * Constructs a new StopStream.
             * @param [properties] Properties to set
             */
            constructor(properties?: sealcam.link.StopStream.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /**
             * Creates a new StopStream instance using the specified properties.
             * @param [properties] Properties to set
             * @returns StopStream instance
             */
            static create(properties: sealcam.link.StopStream.$Shape): sealcam.link.StopStream & sealcam.link.StopStream.$Shape;
            static create(properties?: sealcam.link.StopStream.$Properties): sealcam.link.StopStream;

            /**
             * Encodes the specified StopStream message. Does not implicitly {@link sealcam.link.StopStream.verify|verify} messages.
             * @param message StopStream message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: sealcam.link.StopStream.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a StopStream message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {sealcam.link.StopStream & sealcam.link.StopStream.$Shape} StopStream
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sealcam.link.StopStream & sealcam.link.StopStream.$Shape;
        }

        namespace StopStream {

            /** Properties of a StopStream. */
            interface $Properties {

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a StopStream. */
            type $Shape = sealcam.link.StopStream.$Properties;
        }

        /**
         * Properties of a KeyFrameRequest.
         * @deprecated Use sealcam.link.KeyFrameRequest.$Properties instead.
         */
        interface IKeyFrameRequest extends sealcam.link.KeyFrameRequest.$Properties {
        }

        /** Represents a KeyFrameRequest. */
        class KeyFrameRequest {

            /**
             * Constructs a new KeyFrameRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: sealcam.link.KeyFrameRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** KeyFrameRequest track. */
            track: number;

            /**
             * Creates a new KeyFrameRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns KeyFrameRequest instance
             */
            static create(properties: sealcam.link.KeyFrameRequest.$Shape): sealcam.link.KeyFrameRequest & sealcam.link.KeyFrameRequest.$Shape;
            static create(properties?: sealcam.link.KeyFrameRequest.$Properties): sealcam.link.KeyFrameRequest;

            /**
             * Encodes the specified KeyFrameRequest message. Does not implicitly {@link sealcam.link.KeyFrameRequest.verify|verify} messages.
             * @param message KeyFrameRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: sealcam.link.KeyFrameRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a KeyFrameRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {sealcam.link.KeyFrameRequest & sealcam.link.KeyFrameRequest.$Shape} KeyFrameRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sealcam.link.KeyFrameRequest & sealcam.link.KeyFrameRequest.$Shape;
        }

        namespace KeyFrameRequest {

            /** Properties of a KeyFrameRequest. */
            interface $Properties {

                /** KeyFrameRequest track */
                track?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a KeyFrameRequest. */
            type $Shape = sealcam.link.KeyFrameRequest.$Properties;
        }

        /**
         * Properties of a Refusal.
         * @deprecated Use sealcam.link.Refusal.$Properties instead.
         */
        interface IRefusal extends sealcam.link.Refusal.$Properties {
        }

        /** Represents a Refusal. */
        class Refusal {

            /**
             * Constructs a new Refusal.
             * @param [properties] Properties to set
             */
            constructor(properties?: sealcam.link.Refusal.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Refusal major. */
            major: number;

            /** Refusal minor. */
            minor: number;

            /** Refusal reason. */
            reason: string;

            /**
             * Creates a new Refusal instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Refusal instance
             */
            static create(properties: sealcam.link.Refusal.$Shape): sealcam.link.Refusal & sealcam.link.Refusal.$Shape;
            static create(properties?: sealcam.link.Refusal.$Properties): sealcam.link.Refusal;

            /**
             * Encodes the specified Refusal message. Does not implicitly {@link sealcam.link.Refusal.verify|verify} messages.
             * @param message Refusal message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: sealcam.link.Refusal.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Refusal message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {sealcam.link.Refusal & sealcam.link.Refusal.$Shape} Refusal
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sealcam.link.Refusal & sealcam.link.Refusal.$Shape;
        }

        namespace Refusal {

            /** Properties of a Refusal. */
            interface $Properties {

                /** Refusal major */
                major?: (number|null);

                /** Refusal minor */
                minor?: (number|null);

                /** Refusal reason */
                reason?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Refusal. */
            type $Shape = sealcam.link.Refusal.$Properties;
        }
    }
}
