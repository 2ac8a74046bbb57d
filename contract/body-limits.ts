/** Largest request body in bytes, at the edge and in the service; a larger one gets 413. */
export const maxBodyBytes = 1024 * 1024;

/** Largest body for a text model: a long conversation, or one with images. The edge passes on so much; the service may accept less. */
export const maxModelBodyBytes = 20 * 1024 * 1024;

/** Largest picture, in bytes. */
export const maxPictureBytes = 10 * 1024 * 1024;

/** Largest body with a picture, which takes a third more in base64, and the other fields. */
export const maxPictureBodyBytes = 14 * 1024 * 1024;
