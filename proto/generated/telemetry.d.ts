// Generated from proto/telemetry.proto by scripts/generate.mjs: edit that, not this.
import * as $protobuf from "protobufjs/minimal.js";
import Long = require("long");

/** Namespace sealcam. */
export namespace sealcam {

    /** Namespace telemetry. */
    namespace telemetry {

        /**
         * Properties of a ChunkTelemetry.
         * @deprecated Use sealcam.telemetry.ChunkTelemetry.$Properties instead.
         */
        interface IChunkTelemetry extends sealcam.telemetry.ChunkTelemetry.$Properties {
        }

        /** Represents a ChunkTelemetry. */
        class ChunkTelemetry {

            /**
             * Constructs a new ChunkTelemetry.
             * @param [properties] Properties to set
             */
            constructor(properties?: sealcam.telemetry.ChunkTelemetry.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ChunkTelemetry context. */
            context?: (sealcam.telemetry.Context.$Properties|null);

            /** ChunkTelemetry positions. */
            positions: sealcam.telemetry.Position.$Properties[];

            /** ChunkTelemetry motions. */
            motions: sealcam.telemetry.Motion.$Properties[];

            /** ChunkTelemetry batteries. */
            batteries: sealcam.telemetry.Battery.$Properties[];

            /** ChunkTelemetry events. */
            events: sealcam.telemetry.Event.$Properties[];

            /** ChunkTelemetry omitted. */
            omitted: (number|Long);

            /** ChunkTelemetry lampCommanded. */
            lampCommanded: sealcam.telemetry.LampState;

            /** ChunkTelemetry lampReported. */
            lampReported: sealcam.telemetry.LampState;

            /** ChunkTelemetry muted. */
            muted: boolean;

            /** ChunkTelemetry dwelling. */
            dwelling: boolean;

            /** ChunkTelemetry mergedPresses. */
            mergedPresses: (number|Long);

            /** ChunkTelemetry streamParameters. */
            streamParameters: Uint8Array;

            /** ChunkTelemetry stoppedUs. */
            stoppedUs?: (number|Long|null);

            /** ChunkTelemetry surroundings. */
            surroundings: sealcam.telemetry.Surroundings.$Properties[];

            /**
             * Creates a new ChunkTelemetry instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ChunkTelemetry instance
             */
            static create(properties: sealcam.telemetry.ChunkTelemetry.$Shape): sealcam.telemetry.ChunkTelemetry & sealcam.telemetry.ChunkTelemetry.$Shape;
            static create(properties?: sealcam.telemetry.ChunkTelemetry.$Properties): sealcam.telemetry.ChunkTelemetry;

            /**
             * Encodes the specified ChunkTelemetry message. Does not implicitly {@link sealcam.telemetry.ChunkTelemetry.verify|verify} messages.
             * @param message ChunkTelemetry message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: sealcam.telemetry.ChunkTelemetry.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ChunkTelemetry message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {sealcam.telemetry.ChunkTelemetry & sealcam.telemetry.ChunkTelemetry.$Shape} ChunkTelemetry
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sealcam.telemetry.ChunkTelemetry & sealcam.telemetry.ChunkTelemetry.$Shape;

            /**
             * Creates a ChunkTelemetry message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns ChunkTelemetry
             */
            static fromObject(object: { [k: string]: any }): sealcam.telemetry.ChunkTelemetry;

            /**
             * Creates a plain object from a ChunkTelemetry message. Also converts values to other types if specified.
             * @param message ChunkTelemetry
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: sealcam.telemetry.ChunkTelemetry, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this ChunkTelemetry to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };
        }

        namespace ChunkTelemetry {

            /** Properties of a ChunkTelemetry. */
            interface $Properties {

                /** ChunkTelemetry context */
                context?: (sealcam.telemetry.Context.$Properties|null);

                /** ChunkTelemetry positions */
                positions?: (sealcam.telemetry.Position.$Properties[]|null);

                /** ChunkTelemetry motions */
                motions?: (sealcam.telemetry.Motion.$Properties[]|null);

                /** ChunkTelemetry batteries */
                batteries?: (sealcam.telemetry.Battery.$Properties[]|null);

                /** ChunkTelemetry events */
                events?: (sealcam.telemetry.Event.$Properties[]|null);

                /** ChunkTelemetry omitted */
                omitted?: (number|Long|null);

                /** ChunkTelemetry lampCommanded */
                lampCommanded?: (sealcam.telemetry.LampState|null);

                /** ChunkTelemetry lampReported */
                lampReported?: (sealcam.telemetry.LampState|null);

                /** ChunkTelemetry muted */
                muted?: (boolean|null);

                /** ChunkTelemetry dwelling */
                dwelling?: (boolean|null);

                /** ChunkTelemetry mergedPresses */
                mergedPresses?: (number|Long|null);

                /** ChunkTelemetry streamParameters */
                streamParameters?: (Uint8Array|null);

                /** ChunkTelemetry stoppedUs */
                stoppedUs?: (number|Long|null);

                /** ChunkTelemetry surroundings */
                surroundings?: (sealcam.telemetry.Surroundings.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ChunkTelemetry. */
            type $Shape = sealcam.telemetry.ChunkTelemetry.$Properties;
        }

        /**
         * Properties of a Context.
         * @deprecated Use sealcam.telemetry.Context.$Properties instead.
         */
        interface IContext extends sealcam.telemetry.Context.$Properties {
        }

        /** Represents a Context. */
        class Context {

            /**
             * Constructs a new Context.
             * @param [properties] Properties to set
             */
            constructor(properties?: sealcam.telemetry.Context.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Context reason. */
            reason: string;

            /** Context notice. */
            notice: sealcam.telemetry.Notice;

            /** Context officer. */
            officer: string;

            /**
             * Creates a new Context instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Context instance
             */
            static create(properties: sealcam.telemetry.Context.$Shape): sealcam.telemetry.Context & sealcam.telemetry.Context.$Shape;
            static create(properties?: sealcam.telemetry.Context.$Properties): sealcam.telemetry.Context;

            /**
             * Encodes the specified Context message. Does not implicitly {@link sealcam.telemetry.Context.verify|verify} messages.
             * @param message Context message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: sealcam.telemetry.Context.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Context message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {sealcam.telemetry.Context & sealcam.telemetry.Context.$Shape} Context
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sealcam.telemetry.Context & sealcam.telemetry.Context.$Shape;

            /**
             * Creates a Context message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns Context
             */
            static fromObject(object: { [k: string]: any }): sealcam.telemetry.Context;

            /**
             * Creates a plain object from a Context message. Also converts values to other types if specified.
             * @param message Context
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: sealcam.telemetry.Context, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this Context to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };
        }

        namespace Context {

            /** Properties of a Context. */
            interface $Properties {

                /** Context reason */
                reason?: (string|null);

                /** Context notice */
                notice?: (sealcam.telemetry.Notice|null);

                /** Context officer */
                officer?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Context. */
            type $Shape = sealcam.telemetry.Context.$Properties;
        }

        /** Notice enum. */
        enum Notice {

            /** NOTICE_UNSPECIFIED value */
            NOTICE_UNSPECIFIED = 0,

            /** NOTICE_GIVEN value */
            NOTICE_GIVEN = 1,

            /** NOTICE_WAIVED value */
            NOTICE_WAIVED = 2
        }

        /**
         * Properties of a Position.
         * @deprecated Use sealcam.telemetry.Position.$Properties instead.
         */
        interface IPosition extends sealcam.telemetry.Position.$Properties {
        }

        /** Represents a Position. */
        class Position {

            /**
             * Constructs a new Position.
             * @param [properties] Properties to set
             */
            constructor(properties?: sealcam.telemetry.Position.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Position uptimeUs. */
            uptimeUs: (number|Long);

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
            static create(properties: sealcam.telemetry.Position.$Shape): sealcam.telemetry.Position & sealcam.telemetry.Position.$Shape;
            static create(properties?: sealcam.telemetry.Position.$Properties): sealcam.telemetry.Position;

            /**
             * Encodes the specified Position message. Does not implicitly {@link sealcam.telemetry.Position.verify|verify} messages.
             * @param message Position message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: sealcam.telemetry.Position.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Position message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {sealcam.telemetry.Position & sealcam.telemetry.Position.$Shape} Position
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sealcam.telemetry.Position & sealcam.telemetry.Position.$Shape;

            /**
             * Creates a Position message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns Position
             */
            static fromObject(object: { [k: string]: any }): sealcam.telemetry.Position;

            /**
             * Creates a plain object from a Position message. Also converts values to other types if specified.
             * @param message Position
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: sealcam.telemetry.Position, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this Position to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };
        }

        namespace Position {

            /** Properties of a Position. */
            interface $Properties {

                /** Position uptimeUs */
                uptimeUs?: (number|Long|null);

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
            type $Shape = sealcam.telemetry.Position.$Properties;
        }

        /**
         * Properties of a Motion.
         * @deprecated Use sealcam.telemetry.Motion.$Properties instead.
         */
        interface IMotion extends sealcam.telemetry.Motion.$Properties {
        }

        /** Represents a Motion. */
        class Motion {

            /**
             * Constructs a new Motion.
             * @param [properties] Properties to set
             */
            constructor(properties?: sealcam.telemetry.Motion.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Motion uptimeUs. */
            uptimeUs: (number|Long);

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
            static create(properties: sealcam.telemetry.Motion.$Shape): sealcam.telemetry.Motion & sealcam.telemetry.Motion.$Shape;
            static create(properties?: sealcam.telemetry.Motion.$Properties): sealcam.telemetry.Motion;

            /**
             * Encodes the specified Motion message. Does not implicitly {@link sealcam.telemetry.Motion.verify|verify} messages.
             * @param message Motion message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: sealcam.telemetry.Motion.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Motion message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {sealcam.telemetry.Motion & sealcam.telemetry.Motion.$Shape} Motion
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sealcam.telemetry.Motion & sealcam.telemetry.Motion.$Shape;

            /**
             * Creates a Motion message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns Motion
             */
            static fromObject(object: { [k: string]: any }): sealcam.telemetry.Motion;

            /**
             * Creates a plain object from a Motion message. Also converts values to other types if specified.
             * @param message Motion
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: sealcam.telemetry.Motion, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this Motion to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };
        }

        namespace Motion {

            /** Properties of a Motion. */
            interface $Properties {

                /** Motion uptimeUs */
                uptimeUs?: (number|Long|null);

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
            type $Shape = sealcam.telemetry.Motion.$Properties;
        }

        /**
         * Properties of a Battery.
         * @deprecated Use sealcam.telemetry.Battery.$Properties instead.
         */
        interface IBattery extends sealcam.telemetry.Battery.$Properties {
        }

        /** Represents a Battery. */
        class Battery {

            /**
             * Constructs a new Battery.
             * @param [properties] Properties to set
             */
            constructor(properties?: sealcam.telemetry.Battery.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Battery uptimeUs. */
            uptimeUs: (number|Long);

            /** Battery percent. */
            percent: number;

            /** Battery millivolts. */
            millivolts: number;

            /** Battery charging. */
            charging: boolean;

            /** Battery temperature. */
            temperature?: (number|null);

            /**
             * Creates a new Battery instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Battery instance
             */
            static create(properties: sealcam.telemetry.Battery.$Shape): sealcam.telemetry.Battery & sealcam.telemetry.Battery.$Shape;
            static create(properties?: sealcam.telemetry.Battery.$Properties): sealcam.telemetry.Battery;

            /**
             * Encodes the specified Battery message. Does not implicitly {@link sealcam.telemetry.Battery.verify|verify} messages.
             * @param message Battery message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: sealcam.telemetry.Battery.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Battery message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {sealcam.telemetry.Battery & sealcam.telemetry.Battery.$Shape} Battery
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sealcam.telemetry.Battery & sealcam.telemetry.Battery.$Shape;

            /**
             * Creates a Battery message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns Battery
             */
            static fromObject(object: { [k: string]: any }): sealcam.telemetry.Battery;

            /**
             * Creates a plain object from a Battery message. Also converts values to other types if specified.
             * @param message Battery
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: sealcam.telemetry.Battery, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this Battery to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };
        }

        namespace Battery {

            /** Properties of a Battery. */
            interface $Properties {

                /** Battery uptimeUs */
                uptimeUs?: (number|Long|null);

                /** Battery percent */
                percent?: (number|null);

                /** Battery millivolts */
                millivolts?: (number|null);

                /** Battery charging */
                charging?: (boolean|null);

                /** Battery temperature */
                temperature?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Battery. */
            type $Shape = sealcam.telemetry.Battery.$Properties;
        }

        /**
         * Properties of a Surroundings.
         * @deprecated Use sealcam.telemetry.Surroundings.$Properties instead.
         */
        interface ISurroundings extends sealcam.telemetry.Surroundings.$Properties {
        }

        /** Represents a Surroundings. */
        class Surroundings {

            /**
             * Constructs a new Surroundings.
             * @param [properties] Properties to set
             */
            constructor(properties?: sealcam.telemetry.Surroundings.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Surroundings uptimeUs. */
            uptimeUs: (number|Long);

            /** Surroundings freeBytes. */
            freeBytes?: (number|Long|null);

            /** Surroundings link. */
            link: sealcam.telemetry.LinkState;

            /**
             * Creates a new Surroundings instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Surroundings instance
             */
            static create(properties: sealcam.telemetry.Surroundings.$Shape): sealcam.telemetry.Surroundings & sealcam.telemetry.Surroundings.$Shape;
            static create(properties?: sealcam.telemetry.Surroundings.$Properties): sealcam.telemetry.Surroundings;

            /**
             * Encodes the specified Surroundings message. Does not implicitly {@link sealcam.telemetry.Surroundings.verify|verify} messages.
             * @param message Surroundings message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: sealcam.telemetry.Surroundings.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Surroundings message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {sealcam.telemetry.Surroundings & sealcam.telemetry.Surroundings.$Shape} Surroundings
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sealcam.telemetry.Surroundings & sealcam.telemetry.Surroundings.$Shape;

            /**
             * Creates a Surroundings message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns Surroundings
             */
            static fromObject(object: { [k: string]: any }): sealcam.telemetry.Surroundings;

            /**
             * Creates a plain object from a Surroundings message. Also converts values to other types if specified.
             * @param message Surroundings
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: sealcam.telemetry.Surroundings, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this Surroundings to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };
        }

        namespace Surroundings {

            /** Properties of a Surroundings. */
            interface $Properties {

                /** Surroundings uptimeUs */
                uptimeUs?: (number|Long|null);

                /** Surroundings freeBytes */
                freeBytes?: (number|Long|null);

                /** Surroundings link */
                link?: (sealcam.telemetry.LinkState|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Surroundings. */
            type $Shape = sealcam.telemetry.Surroundings.$Properties;
        }

        /** LinkState enum. */
        enum LinkState {

            /** LINK_UNSPECIFIED value */
            LINK_UNSPECIFIED = 0,

            /** LINK_AWAY value */
            LINK_AWAY = 1,

            /** LINK_CONNECTED value */
            LINK_CONNECTED = 2
        }

        /**
         * Properties of an Event.
         * @deprecated Use sealcam.telemetry.Event.$Properties instead.
         */
        interface IEvent extends sealcam.telemetry.Event.$Properties {
        }

        /** Represents an Event. */
        class Event {

            /**
             * Constructs a new Event.
             * @param [properties] Properties to set
             */
            constructor(properties?: sealcam.telemetry.Event.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Event uptimeUs. */
            uptimeUs: (number|Long);

            /** Event kind. */
            kind: sealcam.telemetry.EventKind;

            /** Event lamp. */
            lamp: sealcam.telemetry.LampState;

            /** Event trigger. */
            trigger: sealcam.telemetry.Trigger;

            /** Event category. */
            category: number;

            /**
             * Creates a new Event instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Event instance
             */
            static create(properties: sealcam.telemetry.Event.$Shape): sealcam.telemetry.Event & sealcam.telemetry.Event.$Shape;
            static create(properties?: sealcam.telemetry.Event.$Properties): sealcam.telemetry.Event;

            /**
             * Encodes the specified Event message. Does not implicitly {@link sealcam.telemetry.Event.verify|verify} messages.
             * @param message Event message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: sealcam.telemetry.Event.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an Event message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {sealcam.telemetry.Event & sealcam.telemetry.Event.$Shape} Event
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): sealcam.telemetry.Event & sealcam.telemetry.Event.$Shape;

            /**
             * Creates an Event message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns Event
             */
            static fromObject(object: { [k: string]: any }): sealcam.telemetry.Event;

            /**
             * Creates a plain object from an Event message. Also converts values to other types if specified.
             * @param message Event
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: sealcam.telemetry.Event, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this Event to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };
        }

        namespace Event {

            /** Properties of an Event. */
            interface $Properties {

                /** Event uptimeUs */
                uptimeUs?: (number|Long|null);

                /** Event kind */
                kind?: (sealcam.telemetry.EventKind|null);

                /** Event lamp */
                lamp?: (sealcam.telemetry.LampState|null);

                /** Event trigger */
                trigger?: (sealcam.telemetry.Trigger|null);

                /** Event category */
                category?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an Event. */
            type $Shape = sealcam.telemetry.Event.$Properties;
        }

        /** EventKind enum. */
        enum EventKind {

            /** EVENT_UNSPECIFIED value */
            EVENT_UNSPECIFIED = 0,

            /** EVENT_START value */
            EVENT_START = 1,

            /** EVENT_STOP value */
            EVENT_STOP = 2,

            /** EVENT_BOOKMARK value */
            EVENT_BOOKMARK = 3,

            /** EVENT_MUTE_ON value */
            EVENT_MUTE_ON = 4,

            /** EVENT_MUTE_OFF value */
            EVENT_MUTE_OFF = 5,

            /** EVENT_DWELLING_ON value */
            EVENT_DWELLING_ON = 6,

            /** EVENT_DWELLING_OFF value */
            EVENT_DWELLING_OFF = 7,

            /** EVENT_LAMP_COMMANDED value */
            EVENT_LAMP_COMMANDED = 8,

            /** EVENT_LAMP_REPORTED value */
            EVENT_LAMP_REPORTED = 9,

            /** EVENT_SENSOR_LOST value */
            EVENT_SENSOR_LOST = 10,

            /** EVENT_SENSOR_BACK value */
            EVENT_SENSOR_BACK = 11,

            /** EVENT_STORAGE_FULL value */
            EVENT_STORAGE_FULL = 12,

            /** EVENT_STORAGE_AVAILABLE value */
            EVENT_STORAGE_AVAILABLE = 13,

            /** EVENT_BATTERY_LOW value */
            EVENT_BATTERY_LOW = 14,

            /** EVENT_BATTERY_GOOD value */
            EVENT_BATTERY_GOOD = 15,

            /** EVENT_COOL value */
            EVENT_COOL = 16,

            /** EVENT_WARM value */
            EVENT_WARM = 17,

            /** EVENT_HOT value */
            EVENT_HOT = 18,

            /** EVENT_TRIGGER value */
            EVENT_TRIGGER = 19,

            /** EVENT_LAMP_WRONG value */
            EVENT_LAMP_WRONG = 20,

            /** EVENT_STORAGE_LOW value */
            EVENT_STORAGE_LOW = 21,

            /** EVENT_STORAGE_AMPLE value */
            EVENT_STORAGE_AMPLE = 22
        }

        /** Trigger enum. */
        enum Trigger {

            /** TRIGGER_UNSPECIFIED value */
            TRIGGER_UNSPECIFIED = 0,

            /** TRIGGER_HOLSTER value */
            TRIGGER_HOLSTER = 1,

            /** TRIGGER_PEER value */
            TRIGGER_PEER = 2,

            /** TRIGGER_VEHICLE_LIGHT value */
            TRIGGER_VEHICLE_LIGHT = 3
        }

        /** LampState enum. */
        enum LampState {

            /** LAMP_UNSPECIFIED value */
            LAMP_UNSPECIFIED = 0,

            /** LAMP_OFF value */
            LAMP_OFF = 1,

            /** LAMP_STANDBY value */
            LAMP_STANDBY = 2,

            /** LAMP_RECORDING value */
            LAMP_RECORDING = 3,

            /** LAMP_ALARM value */
            LAMP_ALARM = 4
        }
    }
}
